package dev.kubeproxyfleet.fleet.packaged;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody at the packaged command line, whose token is in a file. */
final class Person {

    /** Settings of a person's account that would be shown in place of the token, or change the address. */
    private static final String OWN_VARIABLES = "KPFLEET_";

    private final URI service;
    private final Path token;

    private Person(URI service, Path token) {
        this.service = service;
        this.token = token;
    }

    /** @param folder of the file, which only its owner is to read */
    static Person of(String name, String token, Path folder, URI service) throws IOException {
        return new Person(service, Files.writeString(folder.resolve(name + ".token"), token));
    }

    /** @param output standard output and standard error */
    record Ended(int code, String output) {}

    /** Runs a command of {@code kpfleet} to its end. */
    Ended does(String... command) throws IOException, InterruptedException {
        Process process = process(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    /** Begins a command of {@code kpfleet} that goes on; what it prints goes to a file. */
    Process begins(Path output, String... command) throws IOException {
        return process(command).redirectOutput(output.toFile()).start();
    }

    private ProcessBuilder process(String... command) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of("..", "cli", "target", "kpfleet.jar").toString()));
        words.addAll(List.of(command));
        ProcessBuilder process = new ProcessBuilder(words).redirectErrorStream(true);
        process.environment().keySet().removeIf(variable -> variable.startsWith(OWN_VARIABLES));
        process.environment().put("KPFLEET_SERVER", service.toString());
        process.environment().put("KPFLEET_TOKEN_FILE", token.toString());
        return process;
    }
}
