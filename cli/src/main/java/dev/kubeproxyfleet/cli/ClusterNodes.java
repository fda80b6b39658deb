package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.text.Count;

/** How many nodes of a cluster report, and of which none is expected to. */
final class ClusterNodes {

    private ClusterNodes() {}

    /** For a column: {@code 3/3 + 2 Windows}. */
    static Line inShort(JsonNode cluster) {
        int windows = windows(cluster);
        return reporting(cluster)
                .and(windows == 0 ? "" : " + " + windows + " Windows", Tone.QUIET)
                .and(differing(cluster), Tone.BAD);
    }

    /** For a line of its own, which says why some nodes do not report, or more than were expected. */
    static Line inFull(JsonNode cluster) {
        Line line = reporting(cluster);
        if (cluster.path("health").isObject()) {
            line = line.and(" reporting");
        }
        int windows = windows(cluster);
        if (windows > 0) {
            line = line.and(" + " + Count.of(windows, "Windows node") + ", where no agent runs", Tone.QUIET);
        }
        line = line.and(differing(cluster), Tone.BAD);
        return cluster.path("autoprovisioning").asBoolean()
                ? line.and("; Azure adds nodes that no pool counts (autoprovisioning)", Tone.QUIET)
                : line;
    }

    /** Empty where no node is known to run something else than Azure shows. */
    private static String differing(JsonNode cluster) {
        JsonNode health = cluster.path("health");
        int differing = health.path("differing").asInt();
        return differing == 0
                ? ""
                : "; " + differing + " of "
                        + Count.of(health.path("nodesReporting").asInt(), "node") + (differing == 1 ? " runs" : " run")
                        + " something else than Azure shows";
    }

    private static int windows(JsonNode cluster) {
        return cluster.path("windowsNodeCount").asInt();
    }

    private static Line reporting(JsonNode cluster) {
        JsonNode health = cluster.path("health");
        if (!health.isObject()) {
            return Line.of("-", Tone.QUIET);
        }
        int reporting = health.path("nodesReporting").asInt();
        JsonNode expected = health.path("nodesExpected");
        String text = reporting + "/" + (expected.isNumber() ? expected.asText() : "?");
        return Line.of(text, expected.isNumber() && reporting < expected.asInt() ? Tone.BUSY : Tone.PLAIN);
    }
}
