package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the clusters that a stage has changed compare with clusters that stay as they are.
 *
 * @param controls ARM resource ids of those that stay as they are, chosen before the stage's first write; empty once it is done
 * @param bucket how long the buckets are that are compared; zero if no cluster told any, and then none is
 * @param nextBucket index of the first bucket that was not compared yet, see {@link Evidence.SignalCounts}
 * @param changed those compared last
 * @param unchanged those compared last
 * @param onlyChanged ARM resource id of the changed cluster, if it was one that was compared last; else null
 * @param signals one of each signal that is looked at
 */
public record Watch(
        List<String> controls,
        Duration bucket,
        long nextBucket,
        Crowd changed,
        Crowd unchanged,
        @Nullable String onlyChanged,
        List<Watched> signals) {

    /** So many clusters with so many nodes that tell anything. */
    public record Crowd(int clusters, int nodes) {

        static final Crowd NOBODY = new Crowd(0, 0);

        private static final int MIN_CLUSTERS = 3;
        private static final int MIN_NODES = 10;

        /** Whether it is enough to compare others with: one noisy cluster must not decide. */
        boolean isEnough() {
            return clusters >= MIN_CLUSTERS && nodes >= MIN_NODES;
        }

        /** With a cluster, if any of its nodes tells anything. */
        Crowd plus(Evidence cluster) {
            int telling = cluster.nodesThatCount();
            return telling == 0 ? this : new Crowd(clusters + 1, nodes + telling);
        }
    }

    /**
     * One signal.
     *
     * @param told whether a node of a changed cluster has told it since the change
     * @param judged null while it is watched; a Fail does not get better by waiting
     */
    public record Watched(
            Signal signal,
            Comparison comparison,
            boolean told,
            @Nullable Judged judged) {

        boolean hasFailed() {
            return judged != null && judged.verdict() == GateVerdict.Fail;
        }

        Watched judge(Optional<Judged> next) {
            return next.map(found -> new Watched(signal, comparison, told, found))
                    .orElse(this);
        }

        private Watched goOn() {
            return judged == null || hasFailed() ? this : new Watched(signal, comparison, told, null);
        }
    }

    /**
     * @param code why it does not pass; null if it does
     * @param message one sentence with the figures of the moment
     */
    public record Judged(GateVerdict verdict, @Nullable ReasonCode code, String message, Instant at) {}

    public Watch {
        controls = List.copyOf(controls);
        signals = List.copyOf(signals);
    }

    /** The clusters to compare with are of no use any more. */
    Watch done() {
        return new Watch(List.of(), bucket, nextBucket, changed, unchanged, onlyChanged, signals);
    }

    /** With a verdict on every signal, since the stage has been watched for as long as it is. */
    Watch conclude(UnaryOperator<Watched> judge) {
        return with(signals.stream()
                .map(watched -> watched.hasFailed() ? watched : judge.apply(watched))
                .toList());
    }

    /** Watched again, since clusters have come back to the stage. */
    Watch goOn() {
        return with(signals.stream().map(Watched::goOn).toList());
    }

    Watch with(List<Watched> next) {
        return new Watch(controls, bucket, nextBucket, changed, unchanged, onlyChanged, next);
    }

    /** The moment up to which both sides were compared. */
    public Instant comparedUntil() {
        return Instant.ofEpochMilli(nextBucket * bucket.toMillis());
    }
}
