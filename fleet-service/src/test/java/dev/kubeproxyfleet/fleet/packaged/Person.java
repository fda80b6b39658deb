package dev.kubeproxyfleet.fleet.packaged;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Somebody at the packaged command line, who has a token in a file, or logs in. */
final class Person {

    /** Settings of a person's account that would be shown in place of the token, or change the address. */
    private static final String OWN_VARIABLES = "KPFLEET_";

    private final URI service;
    private final Map<String, String> variables;

    private Person(URI service, Map<String, String> variables) {
        this.service = service;
        this.variables = variables;
    }

    /** @param folder of the file, which only its owner is to read */
    static Person of(String name, String token, Path folder, URI service) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".token"), token);
        return new Person(service, Map.of("KPFLEET_TOKEN_FILE", file.toString()));
    }

    /** @param settings folder in which logins are kept */
    static Person whoLogsIn(Path settings, URI service) {
        return new Person(service, Map.of("XDG_CONFIG_HOME", settings.toString()));
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
        process.environment().putAll(variables);
        return process;
    }
}
