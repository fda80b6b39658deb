package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a list that say how much of it, and in which order. It is read by pages, so that no more is held than is shown. */
final class Pages {

    /** Rows that are asked for at once. */
    private static final int PAGE = 500;

    @Option(names = "--limit", paramLabel = "<rows>", description = "At most so many rows, from 1 on; without it all.")
    private @Nullable Integer limit;

    @Option(
            names = "--sort-by",
            paramLabel = "<keys>",
            description = "By these keys, such as .name or location,-nodeCount; - before one turns it round.")
    private @Nullable String sort;

    /**
     * Reads as much of a list as was asked for.
     *
     * @param selection what else is asked for, such as {@code select=env%3Dprod}; may be empty
     */
    Answer read(FleetClient client, String path, String selection, Surroundings world) {
        if (limit != null && limit < 1) {
            throw new UsageException("--limit is a number of rows from 1 on.");
        }
        int most = limit == null ? Integer.MAX_VALUE : limit;
        List<String> query = new ArrayList<>();
        if (!selection.isEmpty()) {
            query.add(selection);
        }
        if (sort != null) {
            query.add("sort=" + FleetClient.encode(keys(sort)));
        }
        if (limit != null) {
            query.add("limit=" + Math.min(PAGE, most));
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        OptionalInt total = OptionalInt.empty();
        String next = query.isEmpty() ? "" : "?" + String.join("&", query);
        while (next != null && rows.size() < most) {
            Answer answer = client.get(path + next);
            if (!(answer instanceof Answer.Ok page)) {
                return answer;
            }
            total = page.total();
            if (total.isEmpty() && !query.isEmpty()) {
                return new Answer.Unreachable(
                        "The fleet service is of a version that cannot select, sort or page; ask for the whole list,"
                                + " or upgrade it.");
            }
            for (int i = 0; i < page.body().size() && rows.size() < most; i++) {
                rows.add(page.body().get(i));
            }
            next = page.next();
        }
        if (total.isPresent() && total.getAsInt() > rows.size()) {
            world.complainFurther(
                    "%d of %d; leave --limit out for all of them".formatted(rows.size(), total.getAsInt()));
        }
        return new Answer.Ok(rows, total, null);
    }

    /** As kubectl's users write keys, they begin with a dot, and may stand in braces. */
    private static String keys(String text) {
        return text.replace("{", "").replace("}", "").replaceAll("(^|,)(-?)\\.", "$1$2");
    }
}
