package dev.kubeproxyfleet.fleet.identity;

import dev.kubeproxyfleet.schemas.reason.TokenReason;

/** What a token says about the snapshot that it came with. */
public sealed interface Verdict {

    /**
     * The snapshot comes from a node of its cluster.
     *
     * @param token to hand in with the node's next snapshot, so that an unchanged one need not be verified again
     */
    record Proven(SignedToken token) implements Verdict {}

    /** @param detail for the log, without the token; texts in it may be anybody's */
    record Unproven(TokenReason reason, String detail) implements Verdict {}
}
