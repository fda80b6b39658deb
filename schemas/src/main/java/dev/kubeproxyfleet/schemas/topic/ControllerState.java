package dev.kubeproxyfleet.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the controller keeps in Kafka beside the topics of {@link Topic}, as far as others have to know it. */
public final class ControllerState {

    /** Without prefix: its application id, and the group in which it commits how far it has read. */
    public static final String APPLICATION = "controller";

    /** The store of its {@link Format}. */
    public static final String FORMAT_STORE = "format";

    /** All of its stores: a copy that lacks one is none. */
    public static final List<String> STORES = List.of(
            "strategies",
            "configs",
            "rollouts",
            "rollout-clusters",
            "latest",
            "writers",
            "open",
            "drifted",
            FORMAT_STORE);

    /** Key of the format in its store. */
    public static final String FORMAT_KEY = "controller";

    private static final String CHANGELOGS = APPLICATION + "-";
    private static final String CHANGELOG = "-changelog";

    /**
     * The format of its stores, as it is stored: a number, or a number and what came back from a backup. A version that does not know the
     * second form takes it for a format of a later version, and writes nothing.
     *
     * @param number rises only with what an earlier version could not read
     * @param restoredFrom when the backup was taken that the stores came back from; null once the controller has taken that in
     */
    public record Format(String number, @Nullable Instant restoredFrom) {

        private static final Pattern RESTORED = Pattern.compile("(\\S+) restored from a backup of (\\S+)");

        /** What is stored. What has neither form is a number that nobody knows. */
        public static Format read(byte[] stored) {
            String text = new String(stored, StandardCharsets.UTF_8);
            Matcher restored = RESTORED.matcher(text);
            try {
                return restored.matches()
                        ? new Format(restored.group(1), Instant.parse(restored.group(2)))
                        : new Format(text, null);
            } catch (DateTimeException e) {
                return new Format(text, null);
            }
        }

        public byte[] write() {
            String text = restoredFrom == null ? number : number + " restored from a backup of " + restoredFrom;
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private ControllerState() {}

    /** Name without prefix of the topic that a store is kept in. */
    public static String changelog(String store) {
        return CHANGELOGS + store + CHANGELOG;
    }
}
