package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What came back from the fleet service. */
sealed interface Answer {

    /**
     * Done, or here it is.
     *
     * @param total of a list: how many rows there are on all pages; empty where the service does not say
     * @param next of a list: the query of the next page; null if there is none
     */
    record Ok(JsonNode body, OptionalInt total, @Nullable String next) implements Answer {

        /**
         * The body as one record; members that it does not know are left out.
         *
         * @throws JsonProcessingException if a member is missing or wrong; its message says which
         */
        <T extends Record> T as(Class<T> type) throws JsonProcessingException {
            return Contract.of(body, type);
        }

        /** The body as a list, as {@link #as}. */
        <T extends Record> List<T> listOf(Class<T> type) throws JsonProcessingException {
            List<T> records = new ArrayList<>();
            for (JsonNode each : body) {
                records.add(Contract.of(each, type));
            }
            return records;
        }
    }

    /** The service has taken the request, but the controller has not answered within the service's patience. */
    record Pending(String requestId) implements Answer {}

    /** The service understood and refused. */
    record Refused(int status, ApiError error) implements Answer {

        static final int BAD_REQUEST = 400;
        static final int LOGIN = 401;
        static final int FORBIDDEN = 403;
        static final int NOT_FOUND = 404;
        static final int CONFLICT = 409;
    }

    /** Nobody answered, or something that is not a working fleet service did; {@code message} says what to do. */
    record Unreachable(String message) implements Answer {}

    /** The service was not asked, since there is no token to show; {@code cause} says why. */
    record NotAsked(LoginException cause) implements Answer {}
}
