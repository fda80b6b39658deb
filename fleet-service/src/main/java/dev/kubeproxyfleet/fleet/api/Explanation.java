package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a cluster is in the state it is in.
 *
 * @param cluster ARM resource id, lower case
 * @param sentence state, reason, since when, and what would unblock it; times are UTC
 * @param state of the cluster in its latest rollout; {@code NotSelected} if no rollout has it
 * @param code stable reason code; null where the state says it all
 * @param since when the state began; null if no rollout has the cluster
 * @param command what a person would type to move it on; null where there is nothing to do
 */
record Explanation(
        String cluster,
        String sentence,
        String state,
        @Nullable String code,
        @Nullable Instant since,
        @Nullable String command) {

    static final String NOT_SELECTED = "NotSelected";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * Explains a cluster.
     *
     * @param cluster null if the inventory does not know it (any more)
     * @param status its state in the latest rollout that has it; null if there is none
     * @param rollout that rollout; null if the read model has not seen it
     * @param now only decides whether a time needs its date
     */
    static Explanation of(
            String id,
            @Nullable ClusterView cluster,
            @Nullable RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            Instant now) {
        String name = id.substring(id.lastIndexOf('/') + 1);
        if (status == null) {
            return new Explanation(
                    id,
                    name + " is in no rollout: no published configuration selects it"
                            + (cluster == null ? "" : ", and Azure shows " + cluster.effective())
                            + "; publish one whose selector matches it.",
                    NOT_SELECTED,
                    NOT_SELECTED,
                    null,
                    "kpfleet apply -f fleet-config.yaml");
        }
        Told told = switch (status.state()) {
            case Waiting -> waiting(status, rollout, now);
            case Updating ->
                new Told(
                        "is being changed by Azure for " + status.rollout() + " since "
                                + time(status.since(), now) + attempt(status) + said(status)
                                + azureState(cluster) + "; nothing to do.",
                        null);
            case Verifying ->
                new Told(
                        "has the configuration of " + status.rollout() + " in Azure since "
                                + time(status.since(), now) + " and waits until its nodes show it"
                                + evidence(cluster) + said(status)
                                + (silent(cluster) ? "; see whether the agent runs on its nodes." : "; nothing to do."),
                        silent(cluster) ? "kpfleet get cluster " + name : null);
            case Converged -> converged(cluster, status, rollout, now);
            case Failed -> failed(status, rollout, now);
            case Skipped -> skipped(cluster, status, now);
            case RolledBack ->
                new Told(
                        "runs again what it had before " + status.rollout() + ", since " + time(status.since(), now)
                                + "; nothing to do.",
                        null);
        };
        return new Explanation(
                id, name + " " + told.rest(), status.state().name(), status.code(), status.since(), told.command());
    }

    private record Told(String rest, @Nullable String command) {}

    private static Told waiting(RolloutClusterStatus status, @Nullable RolloutStatus rollout, Instant now) {
        String start =
                "waits in stage " + status.stage() + " of " + status.rollout() + " since " + time(status.since(), now);
        if (rollout == null) {
            return new Told(start + said(status) + "; the rollout itself is not known yet.", null);
        }
        return switch (rollout.state()) {
            case Planned -> new Told(start + " for the rollout to start" + said(status) + "; nothing to do.", null);
            case Running -> running(start, status, rollout, now);
            case Paused ->
                new Told(
                        start + " because the rollout is paused since " + time(rollout.since(), now) + said(rollout)
                                + "; it goes on when someone resumes it.",
                        "kpfleet resume " + rollout.id());
            case Succeeded ->
                new Told(
                        start + ", but the rollout ended as Succeeded at " + ended(rollout, now) + said(status)
                                + "; publish the configuration again to include it.",
                        "kpfleet apply -f " + rollout.config() + ".yaml");
            case Failed ->
                new Told(
                        "was not changed: " + rollout.id() + " failed at " + ended(rollout, now) + said(rollout)
                                + "; mend the cause and publish the configuration again.",
                        "kpfleet apply -f " + rollout.config() + ".yaml");
            case RollingBack, RolledBack ->
                new Told(
                        start + ", but the rollout goes back, or has gone back, to what was before" + said(rollout)
                                + "; nothing to do.",
                        null);
            case Aborted ->
                new Told(
                        "was not changed: " + rollout.id() + " was aborted at " + ended(rollout, now) + said(rollout)
                                + "; publish the configuration again to change it.",
                        "kpfleet apply -f " + rollout.config() + ".yaml");
            case Superseded ->
                new Told(
                        "was not changed by " + rollout.id() + ": a newer generation replaced it at "
                                + ended(rollout, now) + said(rollout) + "; look at the latest rollout.",
                        "kpfleet get rollout " + rollout.config());
        };
    }

    private static Told running(String start, RolloutClusterStatus status, RolloutStatus rollout, Instant now) {
        RolloutStatus.Stage own = null;
        RolloutStatus.Stage before = null;
        for (RolloutStatus.Stage stage : rollout.stages()) {
            if (stage.name().equals(status.stage())) {
                own = stage;
                break;
            }
            if (before == null && stage.state() != RolloutStatus.StageState.Done) {
                before = stage;
            }
        }
        if (own == null) {
            return new Told(start + said(status) + "; nothing to do.", null);
        }
        if (before != null) {
            return behind(start, before, rollout, now);
        }
        return switch (own.state()) {
            case Waiting -> new Told(start + " for the stage to begin" + said(status) + "; nothing to do.", null);
            case AwaitingApproval ->
                new Told(
                        start + " for someone to approve the stage; approve it to go on.",
                        "kpfleet approve " + rollout.id());
            case Updating ->
                new Told(
                        start + " for its turn: at most " + own.maxConcurrent() + " clusters change at once and "
                                + (own.clusters().updating() + own.clusters().verifying()) + " do" + said(status)
                                + "; nothing to do.",
                        null);
            case Baking ->
                new Told(
                        start + " while its stage already bakes" + until(own, now) + said(status) + "; nothing to do.",
                        null);
            case Done -> new Told(start + " though its stage is done" + said(status) + "; nothing to do.", null);
        };
    }

    private static Told behind(String start, RolloutStatus.Stage before, RolloutStatus rollout, Instant now) {
        return switch (before.state()) {
            case Waiting -> new Told(start + " for stage " + before.name() + " to begin; nothing to do.", null);
            case AwaitingApproval ->
                new Told(
                        start + " for someone to approve stage " + before.name() + "; approve it to go on.",
                        "kpfleet approve " + rollout.id());
            case Updating ->
                new Told(
                        start + " for " + before.name() + " to finish updating ("
                                + before.clusters().finished() + " of "
                                + before.clusters().total() + " clusters done); nothing to do.",
                        null);
            case Baking ->
                new Told(
                        start + " for " + before.name() + " to finish baking" + until(before, now) + "; nothing to do.",
                        null);
            case Done -> new Told(start + " for the stage to begin; nothing to do.", null);
        };
    }

    private static Told converged(
            @Nullable ClusterView cluster, RolloutClusterStatus status, @Nullable RolloutStatus rollout, Instant now) {
        ClusterView.Drift drift = cluster == null ? null : cluster.drift();
        if (drift != null) {
            return new Told(
                    "converged in " + status.rollout() + " at " + time(status.since(), now) + " but has drifted since: "
                            + drift.message() + "; publish the configuration again.",
                    "kpfleet apply -f " + configOf(status.rollout()) + ".yaml");
        }
        Optional<EffectiveKubeProxy> wanted = Optional.ofNullable(rollout)
                .map(known -> known.spec().kubeProxy().effective());
        return new Told(
                "runs "
                        + wanted.map(EffectiveKubeProxy::describe).orElse("the configuration of " + status.rollout())
                        + (wanted.isPresent() ? " as " + status.rollout() + " asked" : "") + ", since "
                        + time(status.since(), now) + "; nothing to do.",
                null);
    }

    private static Told failed(RolloutClusterStatus status, @Nullable RolloutStatus rollout, Instant now) {
        String start = "failed in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now) + attempt(status) + said(status);
        Told again = new Told(
                start + "; mend the cause and publish the configuration again.",
                "kpfleet apply -f " + configOf(status.rollout()) + ".yaml");
        if (rollout == null) {
            return again;
        }
        return switch (rollout.state()) {
            case Planned, Running ->
                new Told(
                        start + "; the rollout goes on without it, look at it for the others.",
                        "kpfleet get rollout " + rollout.id());
            case Paused ->
                new Told(
                        start + "; the rollout is paused: resume it to go on without this cluster, or abort it.",
                        "kpfleet resume " + rollout.id());
            case Succeeded, Failed, Aborted, Superseded, RollingBack, RolledBack -> again;
        };
    }

    private static Told skipped(@Nullable ClusterView cluster, RolloutClusterStatus status, Instant now) {
        String start = "was skipped in stage " + status.stage() + " of " + status.rollout() + " at "
                + time(status.since(), now) + said(status);
        if (cluster != null && cluster.powerState().equals("Stopped")) {
            return new Told(
                    start + "; start the cluster, then publish the configuration again.",
                    "az aks start --subscription " + cluster.subscription() + " --resource-group "
                            + cluster.resourceGroup() + " --name " + cluster.name());
        }
        return new Told(
                start + "; once the cause is gone, publish the configuration again.",
                "kpfleet apply -f " + configOf(status.rollout()) + ".yaml");
    }

    private static boolean silent(@Nullable ClusterView cluster) {
        ClusterView.HealthSummary health = cluster == null ? null : cluster.health();
        return health == null || health.nodesReporting() == 0;
    }

    private static String evidence(@Nullable ClusterView cluster) {
        ClusterView.HealthSummary health = cluster == null ? null : cluster.health();
        if (health == null || health.nodesReporting() == 0) {
            return ", but none of them reports";
        }
        Integer expected = health.nodesExpected();
        String reporting = " (" + health.nodesReporting() + (expected == null ? "" : " of " + expected) + " report";
        return reporting
                + health.observed().stream()
                        .map(observed -> ", " + observed.nodes() + " run "
                                + (observed.mode() == null ? "an unknown mode" : observed.mode())
                                + (observed.scheduler() == null ? "" : " " + observed.scheduler()))
                        .reduce("", String::concat)
                + ")";
    }

    private static String azureState(@Nullable ClusterView cluster) {
        return cluster == null || cluster.provisioningState().equals("Succeeded")
                ? ""
                : " (Azure shows it as " + cluster.provisioningState() + ")";
    }

    private static String attempt(RolloutClusterStatus status) {
        return status.attempt() > 1 ? ", attempt " + status.attempt() : "";
    }

    private static String said(RolloutClusterStatus status) {
        return said(status.code(), status.message());
    }

    private static String said(RolloutStatus rollout) {
        return said(rollout.code(), rollout.message());
    }

    private static String said(@Nullable String code, String message) {
        String words = message.strip();
        while (words.endsWith(".")) {
            words = words.substring(0, words.length() - 1);
        }
        if (code == null) {
            return words.isEmpty() ? "" : ": " + words;
        }
        return words.isEmpty() ? " (" + code + ")" : " (" + code + "): " + words;
    }

    private static String until(RolloutStatus.Stage stage, Instant now) {
        return stage.until() == null ? "" : " (until " + time(stage.until(), now) + ")";
    }

    private static String ended(RolloutStatus rollout, Instant now) {
        return time(rollout.finishedAt() == null ? rollout.since() : rollout.finishedAt(), now);
    }

    private static String configOf(String rollout) {
        int dot = rollout.lastIndexOf('.');
        return dot < 0 ? rollout : rollout.substring(0, dot);
    }

    private static String time(Instant at, Instant now) {
        boolean sameDay = at.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .equals(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return (sameDay ? TIME : DATE_AND_TIME).format(at);
    }
}
