package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.fleet.view.Position;
import dev.kubeproxyfleet.fleet.view.Since;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Answers for a list: the part of it that was asked for and where it goes on, or what has changed of it. */
@Singleton
class Lists {

    /** How long a request, or a stream, waits until this replica has read as far as another one that its client had before. */
    static final Duration CATCH_UP = Duration.ofSeconds(3);

    private final FleetView view;

    Lists(FleetView view) {
        this.view = view;
    }

    /**
     * One list.
     *
     * @param selection what the rows were selected by, as {@link Page#of} needs it
     * @param rows every row that was selected, as they are when this is asked
     * @param tells which notices tell of a row, by its id
     */
    record Listed<T extends Record>(
            Class<T> type,
            RowOrder.Keys<T> keys,
            String selection,
            Supplier<? extends Collection<T>> rows,
            Predicate<Notice> tells) {}

    /** @throws RefusedException if the query asks for what cannot be */
    <T extends Record> RestResponse<byte[]> answer(ListQuery query, Listed<T> list) {
        Members members = query.fields == null ? null : Members.of(query.fields, list.type());
        return query.since == null ? page(query, list, members) : changes(query, query.since, list, members);
    }

    private <T extends Record> RestResponse<byte[]> page(ListQuery query, Listed<T> list, @Nullable Members members) {
        RowOrder<T> order = RowOrder.of(query.sort, list.keys());
        // What is read after it is at least as new.
        Position position = view.position();
        Page<T> page = Page.of(list.rows().get(), list.selection(), order, query.rows(), query.token);
        RestResponse.ResponseBuilder<byte[]> answer =
                ok(position, json(page.rows(), members)).header(Attribution.TOTAL_HEADER, page.total());
        if (page.next() != null && query.uri != null) {
            answer.header("Link", link(query.uri, page.next()));
        }
        return answer.build();
    }

    private <T extends Record> RestResponse<byte[]> changes(
            ListQuery query, String since, Listed<T> list, @Nullable Members members) {
        if (query.limit != null || query.token != null || query.sort != null) {
            throw new RefusedException(
                    RequestReason.QueryNotValid,
                    "since goes without limit, continue and sort: it tells all that has changed");
        }
        Since.Changed changes = since(since);
        Set<String> told = changes.notices().stream()
                .filter(list.tells())
                .map(Notice::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<T> changed = list.rows().get().stream()
                .filter(row -> told.remove(list.keys().id().apply(row)))
                .toList();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("changed", changed);
        body.put("gone", told);
        return ok(changes.upTo(), json(body, members == null ? null : Members.within("changed", members, "gone")))
                .build();
    }

    /**
     * The latest notice of all that has changed since a position.
     *
     * @throws RefusedException if that is not known, or not yet
     */
    Since.Changed since(String position) {
        try {
            return switch (view.since(position, CATCH_UP)) {
                case Since.Changed changed -> changed;
                case Since.Unknown() ->
                    throw new RefusedException(
                            RequestReason.PositionUnknown,
                            "what has changed since this position is not known; read everything again");
                case Since.Behind() ->
                    throw new RefusedException(
                            RequestReason.ReplicaBehind,
                            "this replica had not read as far as this position after %d s; ask again, or another one"
                                    .formatted(CATCH_UP.toSeconds()));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(RequestReason.ReplicaBehind, "the service is about to end; ask another replica");
        }
    }

    private static RestResponse.ResponseBuilder<byte[]> ok(Position position, byte[] body) {
        return RestResponse.ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .header(Attribution.POSITION_HEADER, position.text());
    }

    /** The header that names the next page: the same query once more, from there on. */
    static String link(UriInfo uri, String token) {
        URI next =
                uri.getRequestUriBuilder().replaceQueryParam("continue", token).build();
        return "<" + next.getRawPath() + "?" + next.getRawQuery() + ">; rel=\"next\"";
    }

    private static byte[] json(Object body, @Nullable Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator whole = Json.MAPPER.getFactory().createGenerator(out)) {
            JsonGenerator part = members == null
                    ? whole
                    : new FilteringGeneratorDelegate(whole, members, TokenFilter.Inclusion.INCLUDE_NON_NULL, true);
            Json.MAPPER.writeValue(part, body);
        } catch (IOException e) {
            throw new UncheckedIOException("a list of the API cannot be written as JSON", e);
        }
        return out.toByteArray();
    }
}
