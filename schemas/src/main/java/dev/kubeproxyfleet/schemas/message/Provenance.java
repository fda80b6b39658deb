package dev.kubeproxyfleet.schemas.message;

import org.jspecify.annotations.Nullable;

/**
 * What Git has said last of a config or strategy.
 *
 * @param overwrittenBy who has since then published something else past Git, or deleted it; null if nobody has
 */
public record Provenance(Origin origin, @Nullable String overwrittenBy) {

    /** The same, once {@code actor} has published or deleted past Git. */
    public Provenance overwritten(String actor) {
        return new Provenance(origin, actor);
    }
}
