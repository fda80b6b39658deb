package dev.kubeproxyfleet.fleet.chaos;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A promise that was not kept.
 *
 * @param at when; null where it is about the run as a whole
 */
record Violation(Promise promise, @Nullable Instant at, String what) {

    /** What must hold, whatever is killed. */
    enum Promise {
        ONE_WRITER("a cluster has one writer at a time"),
        KUBE_PROXY_ONLY("a write changes nothing but the kube-proxy configuration"),
        TO_A_PURPOSE("no write gives a cluster what it has"),
        IN_ORDER("writes follow the order of what the controller wanted"),
        IN_FORCE("a write is what the controller wants then"),
        CAPPED("no more clusters than maxConcurrent are in flight"),
        ANSWERED("whatever is asked has one answer"),
        KEPT("what was acknowledged is kept"),
        FORWARD("generations only rise"),
        ENDED("every rollout ends"),
        COMES_BACK("what was killed, cut off or stopped works again"),
        AS_WANTED("clusters and their nodes have what the last configuration says");

        private final String words;

        Promise(String words) {
            this.words = words;
        }
    }

    @Override
    public String toString() {
        return (at == null ? "" : at + " ") + promise.words + ": " + what;
    }
}
