package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Answers for a list: the part of it that was asked for, and where it goes on. */
final class ListAnswer {

    private ListAnswer() {}

    /**
     * @param rows every row that was selected
     * @param selection as {@link Page#of} needs it
     * @throws RefusedException if the query asks for what cannot be
     */
    static <T extends Record> RestResponse<byte[]> of(
            ListQuery query, Collection<T> rows, Class<T> type, String selection, RowOrder.Keys<T> keys) {
        Members members = query.fields == null ? null : Members.of(query.fields, type);
        Page<T> page = Page.of(rows, selection, RowOrder.of(query.sort, keys), query.rows(), query.token);
        RestResponse.ResponseBuilder<byte[]> answer = RestResponse.ResponseBuilder.ok(
                        json(page.rows(), members), MediaType.APPLICATION_JSON_TYPE)
                .header(Attribution.TOTAL_HEADER, page.total());
        if (page.next() != null && query.uri != null) {
            answer.header("Link", "<" + next(query.uri, page.next()) + ">; rel=\"next\"");
        }
        return answer.build();
    }

    /** The same query once more, from there on. */
    private static String next(UriInfo uri, String token) {
        URI next =
                uri.getRequestUriBuilder().replaceQueryParam("continue", token).build();
        return next.getRawPath() + "?" + next.getRawQuery();
    }

    private static byte[] json(List<?> rows, @Nullable Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator whole = Json.MAPPER.getFactory().createGenerator(out)) {
            JsonGenerator part = members == null
                    ? whole
                    : new FilteringGeneratorDelegate(whole, members, TokenFilter.Inclusion.INCLUDE_NON_NULL, true);
            Json.MAPPER.writeValue(part, rows);
        } catch (IOException e) {
            throw new UncheckedIOException("a list of the API cannot be written as JSON", e);
        }
        return out.toByteArray();
    }
}
