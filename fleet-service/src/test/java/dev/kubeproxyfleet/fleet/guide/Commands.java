package dev.kubeproxyfleet.fleet.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
final class Commands {

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @return what it prints
     * @throws IOException with what it prints, if it fails
     */
    static String run(List<String> command, String input) throws IOException, InterruptedException {
        Path in = Files.createTempFile("kpfleet", ".in");
        Path out = Files.createTempFile("kpfleet", ".out");
        try {
            Files.writeString(in, input);
            int code = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start()
                    .waitFor();
            String output = Files.readString(out);
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " ended with code " + code + ":\n" + output);
            }
            return output;
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }

    /** Where {@code PATH} has a program. */
    static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
