package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Baseline;
import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.fleet.gate.Past;
import dev.kubeproxyfleet.fleet.gate.Sample;
import dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the clusters that a stage has changed with its {@link Controls}, bucket by bucket, while it updates and bakes.
 *
 * <p>Every bucket is compared once, when all that tell anything have told it, or are late. What a cluster shows until two buckets
 * after Azure applied its change is the cost of that change, and counts for nothing here.
 */
final class Watching {

    /** Changed clusters that are looked at, those changed last: harm shows soon after a change. */
    static final int MAX_WATCHED = 500;

    /** Buckets from a cluster's change to the first that counts. */
    static final int SETTLING_BUCKETS = 2;

    /** So many buckets after its end one counts without those that have not told it. */
    private static final int LATE_BUCKETS = 4;

    private Watching() {}

    /** A cluster with what its nodes tell, from the moment on at which it counts. */
    private record Told(String cluster, Evidence evidence, Instant from) {

        boolean counts(long bucket, Duration length) {
            return evidence.bucket().equals(length)
                    && !Instant.ofEpochMilli(bucket * length.toMillis()).isBefore(from);
        }
    }

    /** To be called before the first cluster of the stage is written: what it is compared with is of that moment. */
    static Stage begin(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        Gate gate = rollout.spec().gate();
        if (stage.gates().watch() != null
                || !gate.asksAgents()
                || rollout.spec().desired().kind() != Desired.Kind.KubeProxy) {
            return stage;
        }
        List<String> changing = changing(draft, rollout, index);
        List<Evidence> changed = evidence(draft, changing);
        Duration bucket = bucket(changed);
        List<String> controls = new Controls(draft, rollout, index).choose(changing);
        List<Evidence> unchanged = evidence(draft, controls);
        Watch.Crowd others = crowd(unchanged);
        List<Watch.Watched> watched = Stream.of(Signal.values())
                .filter(signal -> gate.looksAt(signal) && isTold(signal, changed))
                .map(signal -> new Watch.Watched(
                        signal,
                        Comparison.start(
                                Baseline.of(
                                        pasts(signal, changed), Past.sum(pasts(signal, unchanged)), others.isEnough()),
                                gate.signal(signal).tolerance()),
                        false,
                        null))
                .toList();
        return stage.with(stage.gates()
                .with(new Watch(
                        controls, bucket, bucketAt(draft.now(), bucket), Watch.Crowd.NOBODY, others, null, watched)));
    }

    private static Duration bucket(List<Evidence> clusters) {
        return clusters.stream()
                .map(Evidence::bucket)
                .filter(Duration::isPositive)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private static boolean isTold(Signal signal, List<Evidence> clusters) {
        return clusters.stream()
                .map(evidence -> evidence.signals().get(signal))
                .anyMatch(counts -> counts != null && counts.nodes() > 0);
    }

    /** Compares the buckets that are complete since the last time. */
    static void look(Draft draft, Rollout rollout) {
        if (!(rollout.state() instanceof RolloutState.Running)
                || rollout.currentStage().isEmpty()) {
            return;
        }
        int index = rollout.currentStage().getAsInt();
        Stage stage = rollout.stages().get(index);
        if (!(stage.state() instanceof StageState.Updating || stage.state() instanceof StageState.Baking)) {
            return;
        }
        Watch watch = stage.gates().watch();
        if (watch == null || watch.signals().isEmpty() || bucketAt(draft.now(), watch.bucket()) <= watch.nextBucket()) {
            return;
        }
        List<Told> changed = changed(draft, rollout, index, watch.bucket());
        List<Told> unchanged = unchanged(draft, rollout, index, watch);
        long last = lastComplete(draft, watch.bucket(), Stream.concat(changed.stream(), unchanged.stream()));
        if (last < watch.nextBucket()) {
            return;
        }
        Gate gate = rollout.spec().gate();
        Watch next = new Watch(
                watch.controls(),
                watch.bucket(),
                last + 1,
                crowd(evidence(changed)),
                crowd(evidence(unchanged)),
                only(changed),
                watch.signals());
        List<Watch.Watched> looked = watch.signals().stream()
                .map(watched -> look(draft, gate, watch, next, watched, changed, unchanged))
                .toList();
        draft.put(rollout.with(index, stage.with(stage.gates().with(next.with(looked)))));
    }

    private static Watch.Watched look(
            Draft draft,
            Gate gate,
            Watch watch,
            Watch next,
            Watch.Watched watched,
            List<Told> changed,
            List<Told> unchanged) {
        Comparison comparison = watched.comparison();
        boolean told = watched.told() || isTold(watched.signal(), evidence(changed));
        for (long bucket = watch.nextBucket(); bucket < next.nextBucket(); bucket++) {
            Count some = count(changed, watched.signal(), bucket, watch.bucket());
            Count others = count(unchanged, watched.signal(), bucket, watch.bucket());
            if (some.nodeSeconds() > 0) {
                comparison = comparison.plus(
                        new Sample(some.events(), some.nodeSeconds(), others.events(), others.nodeSeconds()));
            }
        }
        Watch.Watched looked = new Watch.Watched(watched.signal(), comparison, told, watched.judged());
        return looked.hasFailed() ? looked : looked.judge(SignalGate.failure(gate, next, looked, draft.now()));
    }

    private record Count(long events, double nodeSeconds) {}

    private static Count count(List<Told> clusters, Signal signal, long bucket, Duration length) {
        long events = 0;
        double nodeSeconds = 0;
        for (Told cluster : clusters) {
            SignalCounts counts = cluster.evidence().signals().get(signal);
            if (counts != null && cluster.counts(bucket, length)) {
                events += counts.events(bucket);
                nodeSeconds += counts.nodeSeconds(bucket);
            }
        }
        return new Count(events, nodeSeconds);
    }

    /** The last bucket that everyone has told who is not late. */
    private static long lastComplete(Draft draft, Duration bucket, Stream<Told> clusters) {
        long late = bucketAt(draft.now(), bucket) - LATE_BUCKETS;
        return clusters.flatMap(cluster -> cluster.evidence().signals().values().stream())
                .mapToLong(SignalCounts::newestBucket)
                .filter(newest -> newest >= late)
                .min()
                .orElse(late);
    }

    // ---- who is compared ----

    /** Clusters that the stage is about to change, and those that it has begun with. */
    private static List<String> changing(Draft draft, Rollout rollout, int index) {
        List<String> changing = new ArrayList<>();
        int groups = rollout.stages().get(index).groups().size();
        for (int group = 0; group < groups; group++) {
            draft.fleet()
                    .waiting(rollout.id(), index, group, MAX_WATCHED - changing.size())
                    .forEach(cluster -> changing.add(cluster.cluster()));
        }
        return changing;
    }

    private static List<Told> changed(Draft draft, Rollout rollout, int index, Duration bucket) {
        return draft.fleet().changed(rollout.id(), MAX_WATCHED).stream()
                .filter(cluster -> cluster.place().stage() == index)
                .flatMap(cluster -> appliedAt(cluster.state()).stream()
                        .map(applied -> new Told(
                                cluster.cluster(),
                                draft.fleet().evidence(cluster.cluster()),
                                applied.plus(bucket.multipliedBy(SETTLING_BUCKETS)))))
                .toList();
    }

    /** When Azure had applied the change, at the latest; empty if it may not have. */
    private static Optional<Instant> appliedAt(ClusterState state) {
        return switch (state) {
            case ClusterState.Verifying verifying -> Optional.of(verifying.appliedAt());
            case ClusterState.Converged _, ClusterState.Failed _ -> Optional.of(state.since());
            case ClusterState.Waiting _, ClusterState.Updating _, ClusterState.Skipped _, ClusterState.RolledBack _ ->
                Optional.empty();
        };
    }

    private static List<Told> unchanged(Draft draft, Rollout rollout, int index, Watch watch) {
        Controls controls = new Controls(draft, rollout, index);
        return watch.controls().stream()
                .filter(controls::isUnchanged)
                .map(cluster -> new Told(cluster, draft.fleet().evidence(cluster), Instant.MIN))
                .toList();
    }

    private static List<Evidence> evidence(Draft draft, List<String> clusters) {
        return clusters.stream().map(draft.fleet()::evidence).toList();
    }

    private static List<Evidence> evidence(List<Told> clusters) {
        return clusters.stream().map(Told::evidence).toList();
    }

    static Watch.Crowd crowd(Draft draft, List<ClusterRecord> clusters) {
        return crowd(evidence(draft, clusters.stream().map(ClusterRecord::id).toList()));
    }

    /** Whether most clusters that the current stage is compared with do not reach their services either. */
    static boolean servicesFailEverywhere(Draft draft, Rollout rollout) {
        if (rollout.currentStage().isEmpty()) {
            return false;
        }
        int index = rollout.currentStage().getAsInt();
        Watch watch = rollout.stages().get(index).gates().watch();
        if (watch == null) {
            return false;
        }
        List<Evidence> probing = unchanged(draft, rollout, index, watch).stream()
                .map(Told::evidence)
                .filter(evidence -> evidence.probeTellingNodes() > 0)
                .toList();
        long failing = probing.stream()
                .filter(evidence -> !evidence.probeFailingAt().isEmpty())
                .count();
        return failing > 0 && 2 * failing >= probing.size();
    }

    private static Watch.Crowd crowd(List<Evidence> clusters) {
        Watch.Crowd crowd = Watch.Crowd.NOBODY;
        for (Evidence evidence : clusters) {
            crowd = crowd.plus(evidence);
        }
        return crowd;
    }

    /** The only one of them that tells anything; null if there are others, or none. */
    private static @Nullable String only(List<Told> clusters) {
        List<String> telling = clusters.stream()
                .filter(cluster -> cluster.evidence().nodesThatCount() > 0)
                .map(Told::cluster)
                .limit(2)
                .toList();
        return telling.size() == 1 ? telling.getFirst() : null;
    }

    // ---- before ----

    private static List<Past> pasts(Signal signal, List<Evidence> clusters) {
        return clusters.stream()
                .map(evidence -> evidence.signals().get(signal))
                .filter(Objects::nonNull)
                .map(SignalCounts::past)
                .toList();
    }

    private static long bucketAt(Instant now, Duration length) {
        return length.isZero() ? 0 : Math.floorDiv(now.toEpochMilli(), length.toMillis());
    }
}
