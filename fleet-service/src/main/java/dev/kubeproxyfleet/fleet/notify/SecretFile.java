package dev.kubeproxyfleet.fleet.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that holds what nobody may see. It is read each time, so that it can be replaced. What it throws never holds a secret. */
final class SecretFile {

    /** Largest file that is read, in bytes. */
    static final int MAX_BYTES = 16 * 1024;

    private final String setting;
    private final Path file;

    /** @param setting that names it, for messages */
    SecretFile(String setting, Path file) {
        this.setting = setting;
        this.file = file;
    }

    /** @throws IOException if it has no line that says something, or is too large; its message names the setting */
    List<String> lines() throws IOException {
        List<String> lines;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("has more than " + MAX_BYTES + " bytes");
            }
            lines = Files.readString(file, StandardCharsets.US_ASCII)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new IOException("was not asked, as the file of " + setting + " cannot be read", e);
        }
        if (lines.isEmpty()) {
            throw new IOException("was not asked, as the file of " + setting + " is empty");
        }
        return lines;
    }

    String line() throws IOException {
        return lines().getFirst();
    }
}
