package dev.kubeproxyfleet.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Compares what a version has written with what a later one makes of it. */
public final class KeptJson {

    private KeptJson() {}

    /**
     * What was written and is not there any more, or is something else: a line for each, with its path. What has come since is no loss.
     *
     * @param now what was read of {@code kept}, written again
     */
    public static List<String> lost(JsonNode kept, JsonNode now) {
        List<String> lost = new ArrayList<>();
        compare("", kept, now, lost);
        return lost;
    }

    private static void compare(String path, JsonNode kept, JsonNode now, List<String> lost) {
        if (kept.isObject() && now.isObject()) {
            kept.properties()
                    .forEach(entry ->
                            compare(path + "/" + entry.getKey(), entry.getValue(), now.path(entry.getKey()), lost));
        } else if (kept.isArray() && now.isArray() && kept.size() == now.size()) {
            for (int i = 0; i < kept.size(); i++) {
                compare(path + "/" + i, kept.get(i), now.get(i), lost);
            }
        } else if (!kept.equals(now) && !(kept.isNumber() && now.isNumber() && kept.asDouble() == now.asDouble())) {
            lost.add(path + " was " + kept + (now.isMissingNode() ? " and is gone" : " and is " + now));
        }
    }
}
