package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.io.IOException;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. A page begins after the place of the row that the page before it ended with, so that no row that stays as it is
 * is left out or comes twice, whatever comes, goes or changes between two pages.
 *
 * @param total rows of the whole list
 * @param next where the next page begins; null for the last one
 */
record Page<T>(List<T> rows, int total, @Nullable String next) {

    private record Placed<T>(RowOrder.Place place, T row) {}

    /**
     * What a client gives back to go on.
     *
     * @param list which rows in which order
     * @param keys of the last row that it has, as {@link RowOrder.Place}
     */
    private record Token(String list, List<@Nullable String> keys, String id) {}

    /**
     * @param rows every row that was selected
     * @param selection by what: a page of other rows does not go on with these
     * @param limit null for all
     * @param token of the page before; null for the first one
     * @throws RefusedException if the token is not of a page of these rows in this order
     */
    static <T> Page<T> of(
            Collection<T> rows, String selection, RowOrder<T> order, @Nullable Integer limit, @Nullable String token) {
        Comparator<RowOrder.Place> comparator = order.comparator();
        String list = order.sort() + " " + selection;
        RowOrder.Place after = token == null ? null : place(token, list, order);
        Stream<Placed<T>> placed = rows.stream().map(row -> new Placed<>(order.place(row), row));
        if (after != null) {
            placed = placed.filter(each -> comparator.compare(each.place(), after) > 0);
        }
        List<Placed<T>> left =
                placed.sorted(Comparator.comparing(Placed::place, comparator)).toList();
        int most = limit == null ? Integer.MAX_VALUE : limit;
        boolean more = left.size() > most;
        List<Placed<T>> page = more ? left.subList(0, most) : left;
        return new Page<>(
                page.stream().map(Placed::row).toList(),
                rows.size(),
                more ? token(list, page.getLast().place()) : null);
    }

    private static String token(String list, RowOrder.Place last) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.MAPPER.writeValueAsBytes(new Token(list, last.keys(), last.id())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a place in a list cannot be written as JSON", e);
        }
    }

    private static RowOrder.Place place(String text, String list, RowOrder<?> order) {
        Token token;
        try {
            token = Json.MAPPER.readValue(Base64.getUrlDecoder().decode(text), Token.class);
        } catch (IOException | IllegalArgumentException e) {
            throw foreign();
        }
        if (token == null
                || !list.equals(token.list())
                || token.id() == null
                || token.keys() == null
                || token.keys().size() != order.parts().size()) {
            throw foreign();
        }
        return new RowOrder.Place(token.keys(), token.id());
    }

    private static RefusedException foreign() {
        return new RefusedException(
                RequestReason.ForeignContinue,
                "continue is not of a page of this list; it goes with the sort and the selection of that page, so begin"
                        + " again without it");
    }
}
