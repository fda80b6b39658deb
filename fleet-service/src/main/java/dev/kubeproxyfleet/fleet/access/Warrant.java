package dev.kubeproxyfleet.fleet.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who stands behind a record that asks for something. */
public sealed interface Warrant {

    /** Nobody is asked: there is no login, or the record asks for nothing. */
    record NotAsked() implements Warrant {}

    /**
     * The service has taken it from somebody whom it knows, and who may ask for it.
     *
     * @param at when, in whole milliseconds
     */
    record Vouched(Instant at) implements Warrant {}

    /** Nobody: the record only says who its author is. */
    record Claimed() implements Warrant {}

    /**
     * It comes with a voucher that is not of this record.
     *
     * @param message one sentence for people
     */
    record Disproved(String message) implements Warrant {}

    /** How the author is named, who calls himself {@code claimed}; null if the record names nobody. */
    default String actor(@Nullable String claimed, String otherwise) {
        return switch (this) {
            case NotAsked _, Vouched _ -> claimed == null ? otherwise : claimed;
            case Claimed _, Disproved _ -> Actors.claimed(claimed);
        };
    }
}
