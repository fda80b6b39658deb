package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Until when AKS supports each minor version of Kubernetes, as Microsoft has published it.
 *
 * @param source where it was published
 * @param asOf the day on which it said so
 * @param versions by minor version, such as {@code 1.35}
 */
public record Calendar(String source, LocalDate asOf, Map<String, Support> versions) {

    /**
     * @param endOfLife last day of support
     * @param longTermEndOfLife last day of long-term support; null if the version has none
     */
    public record Support(LocalDate endOfLife, @Nullable LocalDate longTermEndOfLife) {}

    public Calendar {
        versions = Map.copyOf(versions);
    }

    /** What a file says: any part of it may be missing. */
    private record Written(
            @Nullable String source,
            @Nullable LocalDate asOf,
            @Nullable Map<String, @Nullable WrittenSupport> versions) {}

    private record WrittenSupport(
            @Nullable LocalDate endOfLife, @Nullable LocalDate longTermEndOfLife) {}

    /** Empty if the calendar does not tell. */
    Optional<Support> of(KubernetesVersion version) {
        return Optional.ofNullable(versions.get(version.major() + "." + version.minor()));
    }

    /**
     * Reads one in JSON.
     *
     * @throws IOException if it is none, or lacks a part
     */
    public static Calendar read(InputStream in) throws IOException {
        Written written = Json.MAPPER.readValue(in, Written.class);
        if (written == null || written.source() == null || written.asOf() == null || written.versions() == null) {
            throw new IOException("it needs source, asOf and versions");
        }
        Map<String, Support> versions = new HashMap<>();
        for (Map.Entry<String, @Nullable WrittenSupport> version :
                written.versions().entrySet()) {
            WrittenSupport support = version.getValue();
            if (KubernetesVersion.parse(version.getKey()).isEmpty() || support == null || support.endOfLife() == null) {
                throw new IOException("each of its versions needs a name such as 1.35, and endOfLife, unlike '"
                        + version.getKey() + "'");
            }
            versions.put(version.getKey(), new Support(support.endOfLife(), support.longTermEndOfLife()));
        }
        return new Calendar(written.source(), written.asOf(), versions);
    }
}
