package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What may be asked of every list. The container fills it from the query of a request. */
public class ListQuery {

    /** What the description of each list begins with. */
    static final String HOW =
            "The body is an array, whole or a page of it; header Kpfleet-Total is how many rows there are in all. A"
                    + " page begins after the last row of the one before, so that no row that stays as it is is left out"
                    + " or comes twice. ";

    /** How many rows the answer has at most; null for all. */
    @QueryParam("limit")
    @Parameter(
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1"),
            description =
                    "At most this many rows, from 1 on; where there are more, header Link names the next page. Without"
                            + " it all of them.")
    @Nullable
    String limit;

    @QueryParam("continue")
    @Parameter(description = "Go on after a page: what its header Link has, with the same sort and selection.")
    @Nullable
    String token;

    @QueryParam("fields")
    @Parameter(
            description = "Only these members of each row, by dotted paths with commas between them, for example"
                    + " id,name,health.nodesReporting.")
    @Nullable
    String fields;

    @QueryParam("sort")
    @Parameter(
            description =
                    "By these keys, with commas between them and - before one that descends; what is not known comes"
                            + " last.")
    @Nullable
    String sort;

    @QueryParam("since")
    @Parameter(
            description =
                    "Only what has changed since a position: the header Kpfleet-Position of an answer of any replica,"
                            + " or the id of an event. The body is then ListChanges; goes with fields and a selection"
                            + " alone.")
    @Nullable
    String since;

    @Context
    @Nullable
    UriInfo uri;

    /** Null for no limit. */
    @Nullable
    Integer rows() {
        if (limit == null) {
            return null;
        }
        try {
            int rows = Integer.parseInt(limit);
            if (rows > 0) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new RefusedException(
                RequestReason.QueryNotValid, "limit is a number of rows from 1 on, and not '" + limit + "'");
    }
}
