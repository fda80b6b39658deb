package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads a listing of ARM page by page. */
public final class Pager {

    private static final Logger LOG = Logger.getLogger(Pager.class);

    /**
     * What a listing holds.
     *
     * @param pages calls that it took
     * @param error why it is not complete; null if it is. Nothing may be concluded from what it lacks then
     */
    public record Listed<T>(List<T> items, int pages, ArmResult.@Nullable ArmError error) {
        public Listed {
            items = List.copyOf(items);
        }
    }

    private Pager() {}

    /**
     * Lists what ARM has, up to {@code maxPages} pages. The listing ends as incomplete at a page that leads back to one that was read
     * already, and at a page without a list. An element that cannot be read is left out, and makes it incomplete too.
     *
     * @param arm sends a request and waits for its answer
     * @param request for the page at a link; for the first page if that is null
     * @param reader reads one element of {@code value}; empty if it cannot
     */
    public static <T> Listed<T> list(
            Function<ArmRequest, ArmResult> arm,
            Function<@Nullable String, ArmRequest> request,
            int maxPages,
            Function<JsonNode, Optional<T>> reader) {
        List<T> items = new ArrayList<>();
        Set<String> links = new HashSet<>();
        boolean allRead = true;
        String next = null;
        for (int page = 1; page <= maxPages; page++) {
            ArmRequest asked = request.apply(next);
            switch (arm.apply(asked)) {
                case ArmResult.ArmError error -> {
                    return new Listed<>(items, page, error);
                }
                case ArmResult.Ok ok -> {
                    JsonNode value = ok.body().path("value");
                    if (!value.isArray()) {
                        return new Listed<>(items, page, unreadable("a page without a list"));
                    }
                    for (JsonNode element : value) {
                        Optional<T> item = reader.apply(element);
                        item.ifPresent(items::add);
                        allRead &= item.isPresent();
                    }
                    next = ok.body().path("nextLink").asText("");
                    if (next.isEmpty()) {
                        return new Listed<>(
                                items, page, allRead ? null : unreadable("an element that this version cannot read"));
                    }
                    if (!links.add(next)) {
                        LOG.warnf(
                                "ARM's pages lead back to one that was read call=%s target=%s page=%d",
                                asked.kind().tag(), asked.about(), page);
                        return new Listed<>(
                                items, page, endless("page " + page + " leads back to one that was read already"));
                    }
                }
            }
        }
        return new Listed<>(items, maxPages, endless("more than " + maxPages + " pages"));
    }

    private static ArmResult.ArmError unreadable(String what) {
        return new ArmResult.ArmError(0, WorkerReason.UnreadableAnswer, "the listing holds " + what, null);
    }

    private static ArmResult.ArmError endless(String message) {
        return new ArmResult.ArmError(0, WorkerReason.TooManyPages, message, null);
    }
}
