package dev.kubeproxyfleet.agent.collect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Files captured from a Linux 6.1 kernel, each folder at one moment, beside ipvsadm's view of the same moment. */
final class Captures {

    /** Ticks a second of the kernel that was captured. */
    static final int HZ = 250;

    private Captures() {}

    static byte[] bytes(String name) {
        try (InputStream file = Objects.requireNonNull(Captures.class.getResourceAsStream("/ipvs/" + name), name)) {
            return name.endsWith(".gz") ? new GZIPInputStream(file).readAllBytes() : file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.US_ASCII);
    }
}
