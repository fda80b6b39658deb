package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.AuditHistory;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which part of the audit trail is asked for. The container fills it from the query of a request. */
public class AuditQuery {

    /** Rows of a page. */
    static final int MOST = 1_000;

    @QueryParam("config")
    @Parameter(description = "Only what concerns this configuration.")
    @Nullable
    String config;

    @QueryParam("from")
    @Parameter(
            schema = @Schema(type = SchemaType.STRING, format = "date-time"),
            description = "Only what was from this time on, for example 2026-03-01T00:00:00Z.")
    @Nullable
    String from;

    @QueryParam("until")
    @Parameter(
            schema = @Schema(type = SchemaType.STRING, format = "date-time"),
            description = "Only what was before this time.")
    @Nullable
    String until;

    @QueryParam("limit")
    @Parameter(
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000"),
            description = "At most this many rows; 1000 unless it is given.")
    @Nullable
    String limit;

    @QueryParam("continue")
    @Parameter(description = "Go on after a page: what its header Link has, with all else of its query.")
    @Nullable
    String token;

    @Context
    @Nullable
    UriInfo uri;

    boolean isOfMemory() {
        return from == null && until == null && limit == null && token == null;
    }

    AuditHistory.Wanted wanted() {
        return new AuditHistory.Wanted(config, time("from", from), time("until", until));
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw notValid(name + " is a time such as 2026-03-01T00:00:00Z, and not '" + text + "'");
        }
    }

    int rows() {
        return limit == null ? MOST : (int) number("limit", limit, 1, MOST);
    }

    OptionalLong before() {
        return token == null ? OptionalLong.empty() : OptionalLong.of(number("continue", token, 0, Long.MAX_VALUE));
    }

    private static long number(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw notValid(
                most == MOST
                        ? name + " is a number of rows from 1 to " + MOST + ", and not '" + text + "'"
                        : name + " is what the header Link of a page has, and not '" + text + "'");
    }

    private static RefusedException notValid(String message) {
        return new RefusedException(RequestReason.QueryNotValid, message);
    }
}
