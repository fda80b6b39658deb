package dev.kubeproxyfleet.fleet.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads secrets from {@code kpfleet.gates.secret-dir}. What it throws and tells never holds one. */
final class Secrets {

    /** Largest file that is read, in bytes; a token of Microsoft Entra has about 2,000. */
    static final int MAX_BYTES = 16 * 1024;

    /** One name of a file, and no way out of its folder. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:\\[]([-._:A-Za-z0-9]*[A-Za-z0-9\\]])?");

    private static final Pattern HEADER_VALUE = Pattern.compile("[ -~]+");

    private final @Nullable Path folder;

    /** @param folder null if there are no secrets */
    Secrets(@Nullable Path folder) {
        this.folder = folder;
    }

    /** What the file holds, without the end of its last line; empty if it is not there, or can be no header's value. */
    Optional<String> read(String host, String name) {
        if (folder == null
                || !NAME.matcher(host).matches()
                || !NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(host).resolve(name);
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            String content = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return HEADER_VALUE.matcher(content).matches() ? Optional.of(content) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
