package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.view.Campaign;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the clusters of a campaign, one after the other, in the order of their names. */
final class Progress {

    /** Names that are told of each obstacle. */
    private static final int EXAMPLES = 5;

    private final Desired gives;
    private int done;
    private int underWay;
    private int ready;
    private int blocked;
    private int unknown;
    private int nothingToDo;
    private int doneAtUnknownTime;
    private final SortedMap<YearMonth, Integer> months = new TreeMap<>();
    private final SortedMap<Cause, List<String>> causes =
            new TreeMap<>(Comparator.comparing(Cause::weight).thenComparing(Cause::code));
    private final List<ClusterReadiness.Support> left = new ArrayList<>();

    private record Cause(
            String code, Weight weight, @Nullable String helps) {}

    Progress(KubeProxyConfig gives) {
        this.gives = new Desired.KubeProxy(gives);
    }

    /**
     * @param states of the cluster in the campaign's rollouts that are kept, the latest first
     * @param active id of the rollout under way
     */
    void add(ClusterReadiness cluster, List<RolloutClusterStatus> states, Optional<String> active) {
        RolloutClusterStatus last = states.isEmpty() ? null : states.getFirst();
        if (last != null && last.state() == RolloutClusterStatus.State.Converged && last.code() == null) {
            done++;
            remember(states);
            return;
        }
        if (cluster.verdict() != ClusterReadiness.Verdict.NothingToDo) {
            left.add(cluster.support());
        }
        if (last != null && isUnderWay(last, active)) {
            underWay++;
        } else if (last != null && last.code() != null && isObstacle(last)) {
            blocked++;
            cause(cluster, new Cause(Objects.requireNonNull(last.code()).code(), Weight.Blocks, null));
        } else {
            judged(cluster);
        }
    }

    private static boolean isUnderWay(RolloutClusterStatus status, Optional<String> active) {
        return switch (status.state()) {
            case Waiting -> active.equals(Optional.of(status.rollout()));
            case Updating, Verifying -> true;
            case Converged, Failed, Skipped, RolledBack -> false;
        };
    }

    /** What its rollout says of it counts more than what readiness does. */
    private static boolean isObstacle(RolloutClusterStatus status) {
        return switch (status.state()) {
            case Converged, Failed, Skipped, RolledBack -> true;
            case Waiting, Updating, Verifying -> false;
        };
    }

    private void judged(ClusterReadiness cluster) {
        switch (cluster.verdict()) {
            case Ready -> ready++;
            case Blocked -> {
                blocked++;
                causes(cluster, Weight.Blocks);
            }
            case Unknown -> {
                unknown++;
                causes(cluster, Weight.Unknown);
            }
            case NothingToDo -> nothingToDo++;
        }
    }

    private void causes(ClusterReadiness cluster, Weight weight) {
        for (Finding finding : cluster.findings()) {
            if (finding.weight() == weight) {
                cause(cluster, new Cause(finding.code(), weight, finding.helps()));
            }
        }
    }

    private void cause(ClusterReadiness cluster, Cause cause) {
        causes.computeIfAbsent(cause, _ -> new ArrayList<>()).add(cluster.name());
    }

    /** The latest rollout that found something else there gave it the mode. */
    private void remember(List<RolloutClusterStatus> states) {
        states.stream()
                .filter(status -> status.state() == RolloutClusterStatus.State.Converged)
                .filter(status -> status.had() != null && !gives.isIn(Objects.requireNonNull(status.had())))
                .findFirst()
                .ifPresentOrElse(
                        status ->
                                months.merge(YearMonth.from(status.since().atOffset(ZoneOffset.UTC)), 1, Integer::sum),
                        () -> doneAtUnknownTime++);
    }

    Campaign.Counts counts() {
        return new Campaign.Counts(done, underWay, ready, blocked, unknown, nothingToDo);
    }

    List<Campaign.Obstacle> obstacles() {
        return causes.entrySet().stream()
                .map(entry -> new Campaign.Obstacle(
                        entry.getKey().code(),
                        entry.getKey().weight(),
                        entry.getValue().size(),
                        entry.getValue().stream().limit(EXAMPLES).toList(),
                        entry.getKey().helps()))
                .sorted(Comparator.comparingInt(Campaign.Obstacle::clusters).reversed())
                .toList();
    }

    List<Campaign.Month> months() {
        return months.entrySet().stream()
                .map(entry -> new Campaign.Month(entry.getKey().toString(), entry.getValue()))
                .toList();
    }

    int doneAtUnknownTime() {
        return doneAtUnknownTime;
    }

    Campaign.Support support() {
        Map<String, List<ClusterReadiness.Support>> byEnd = new TreeMap<>();
        for (ClusterReadiness.Support each : left) {
            if (each.endOfLife() != null) {
                byEnd.computeIfAbsent(each.endOfLife(), _ -> new ArrayList<>()).add(each);
            }
        }
        int known = byEnd.values().stream().mapToInt(List::size).sum();
        String asOf = left.isEmpty() ? null : left.getFirst().asOf();
        return byEnd.entrySet().stream()
                .findFirst()
                .map(first -> new Campaign.Support(
                        first.getKey(),
                        first.getValue().getFirst().daysLeft(),
                        first.getValue().size(),
                        left.size() - known,
                        asOf))
                .orElseGet(() -> new Campaign.Support(null, null, 0, left.size(), asOf));
    }
}
