package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
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

    private Pager() {}

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
