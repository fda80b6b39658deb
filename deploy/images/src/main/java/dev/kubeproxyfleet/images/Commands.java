package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Other programs, whose output is in English. */
final class Commands {

    private Commands() {}

    /**
     * What it prints, on either stream.
     *
     * @param failure what to say if it cannot be started or fails; what it printed follows
     */
    static List<String> run(List<String> command, Path folder, String failure) throws ImagesException {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().close();
            List<String> output = process.inputReader().readAllLines();
            if (process.waitFor() != 0) {
                throw new ImagesException(failure + ":\n  " + String.join("\n  ", output));
            }
            return output;
        } catch (IOException e) {
            throw new ImagesException(failure + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImagesException("interrupted while " + command.getFirst() + " ran", e);
        }
    }
}
