package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads a listing of ARM page by page. */
public final class Pager {

    static final String TOO_MANY_PAGES = "TooManyPages";

    private static final Logger LOG = Logger.getLogger(Pager.class);

    /**
     * How a listing ended.
     *
     * @param pages calls that it took
     * @param error why not every page was read; null if they were, or the reader wanted no more
     */
    public record End(int pages, ArmResult.@Nullable ArmError error) {}

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
     * Lists what ARM has. Something that cannot be read is left out and makes the listing incomplete, as does a page without a
     * list, with which it ends.
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
        AtomicReference<@Nullable String> unreadable = new AtomicReference<>();
        End end = read(arm, request, maxPages, page -> {
            JsonNode value = page.path("value");
            if (!value.isArray()) {
                unreadable.set("a page without a list");
                return false;
            }
            value.forEach(element -> reader.apply(element)
                    .ifPresentOrElse(items::add, () -> unreadable.set("an element that this version cannot read")));
            return true;
        });
        String what = unreadable.get();
        return new Listed<>(
                items, end.pages(), end.error() != null || what == null ? end.error() : unreadable(what));
    }

    private static ArmResult.ArmError unreadable(String what) {
        return new ArmResult.ArmError(0, ArmResult.UNREADABLE_ANSWER, "the listing holds " + what, null);
    }

    /**
     * Reads up to {@code maxPages} pages. A page that leads back to one that was read already ends the listing at once, as an error.
     *
     * @param arm sends a request and waits for its answer
     * @param request for the page at a link; for the first page if that is null
     * @param reader is given the body of each page, and says whether it wants the next
     */
    public static End read(
            Function<ArmRequest, ArmResult> arm,
            Function<@Nullable String, ArmRequest> request,
            int maxPages,
            Predicate<JsonNode> reader) {
        Set<String> links = new HashSet<>();
        String next = null;
        for (int page = 1; page <= maxPages; page++) {
            ArmRequest asked = request.apply(next);
            switch (arm.apply(asked)) {
                case ArmResult.ArmError error -> {
                    return new End(page, error);
                }
                case ArmResult.Ok ok -> {
                    boolean goesOn = reader.test(ok.body());
                    next = ok.body().path("nextLink").asText("");
                    if (!goesOn || next.isEmpty()) {
                        return new End(page, null);
                    }
                    if (!links.add(next)) {
                        LOG.warnf(
                                "ARM's pages lead back to one that was read call=%s target=%s page=%d",
                                asked.kind().tag(), asked.about(), page);
                        return new End(page, endless("page " + page + " leads back to one that was read already"));
                    }
                }
            }
        }
        return new End(maxPages, endless("more than " + maxPages + " pages"));
    }

    private static ArmResult.ArmError endless(String message) {
        return new ArmResult.ArmError(0, TOO_MANY_PAGES, message, null);
    }
}
