package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Says whether converged clusters still are as their rollouts left them. There is no other judge of that: a drift begins and
 * ends with a record of the audit trail, and views show what is stored of the cluster.
 */
final class DriftJudge {

    /**
     * Part of the inventory's lag that nodes must show something else for until that is drift, half a minute by default: a
     * kube-proxy that restarts, or a node that joins, passes.
     */
    private static final int NODES_SETTLE = 10;

    private final Draft draft;

    DriftJudge(Draft draft) {
        this.draft = draft;
    }

    /** Compares a converged cluster with what Azure, its nodes and its Kubernetes API show; returns it as it stands now. */
    RolloutCluster judge(RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        Optional<Rollout> rollout = draft.rollout(cluster.rollout());
        if (rollout.isEmpty() || draft.writer(cluster.cluster()).isPresent()) {
            return cluster;
        }
        FleetConfig.Spec spec = rollout.get().spec();
        Present present = Present.since(converged.since(), spec.desired().kind(), draft.fleet(), record);
        boolean isInPlace = present.is(spec.desired());
        if (!isInPlace && !present.isOther(spec.desired(), record)) {
            return cluster;
        }
        ClusterState.Converged next = isInPlace
                ? inPlace(spec, cluster, converged, record)
                : mayBeOld(spec, cluster, converged, record) ? converged : moved(spec, cluster, converged, present);
        return next == converged ? cluster : put(cluster, next);
    }

    /**
     * Ends the drift of clusters that nobody compares any more.
     *
     * @param admissions of the configs in force, by name
     */
    void endWhatIsOver(Map<String, Admission> admissions) {
        for (RolloutCluster cluster : draft.fleet().drifted()) {
            if (!draft.hasTouched(cluster) && cluster.state() instanceof ClusterState.Converged converged) {
                Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
                Optional<String> over = over(cluster, record, admissions);
                if (over.isPresent()) {
                    put(cluster, ended(cluster, converged, over.get()));
                } else if (record.isPresent()) {
                    judge(cluster, converged, record.get());
                }
            }
        }
    }

    /** Why the cluster need not be as the rollout left it any more; empty if it must. */
    private Optional<String> over(
            RolloutCluster cluster, Optional<ClusterRecord> record, Map<String, Admission> admissions) {
        String config = cluster.rollout().config();
        Admission admission = admissions.get(config);
        Optional<String> gone = cluster.gone(record);
        if (gone.isPresent()) {
            return gone;
        }
        if (admission == null) {
            return Optional.of("config " + config + " was deleted");
        }
        if (!admission.owns(record.orElseThrow())) {
            return Optional.of("config " + config + " no longer decides what it runs");
        }
        RolloutId latest = draft.fleet().latest(config, cluster.cluster()).orElse(cluster.rollout());
        boolean waits = draft.cluster(latest, cluster.cluster())
                .filter(found -> found.state() instanceof ClusterState.Waiting)
                .isPresent();
        return latest.equals(cluster.rollout()) || waits
                ? Optional.empty()
                : Optional.of("rollout " + latest + " has it now");
    }

    /** It has what the rollout gave it, as far as that is seen from outside of its nodes. */
    private ClusterState.Converged inPlace(
            FleetConfig.Spec spec, RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        ClusterState.Converged listed = converged.seenListed();
        boolean nodesCount = nodesCount(spec);
        if (converged.code() == ClusterReason.NodesDrifted) {
            return !nodesCount || findings(spec, cluster, converged, record).isProven()
                    ? ended(cluster, converged, "its nodes have what " + cluster.rollout() + " gave it again")
                    : listed;
        }
        if (converged.code() != null) {
            return ended(cluster, converged, "it has what " + cluster.rollout() + " gave it again");
        }
        if (!nodesCount || !contradicted(spec, cluster, converged, record)) {
            return listed.agree();
        }
        ClusterState.Converged differing = listed.differ(draft.now());
        Instant since = Objects.requireNonNull(differing.differsSince());
        if (draft.now().isBefore(since.plus(draft.lag().dividedBy(NODES_SETTLE)))) {
            return differing;
        }
        return begun(
                cluster,
                differing,
                ClusterReason.NodesDrifted,
                "Azure shows what " + cluster.rollout() + " gave it, and "
                        + findings(spec, cluster, converged, record).describe());
    }

    /** It has something else. */
    private ClusterState.Converged moved(
            FleetConfig.Spec spec, RolloutCluster cluster, ClusterState.Converged converged, Present present) {
        boolean fight = spec.drift() == FleetConfig.Drift.Correct
                && (converged.code() == ClusterReason.DriftFight || Scope.isFight(cluster, draft.now()));
        ReasonCode code = fight ? ClusterReason.DriftFight : ClusterReason.Drifted;
        if (code.equals(converged.code())) {
            return converged;
        }
        return begun(
                cluster,
                converged,
                code,
                changer(cluster, present)
                        + (fight
                                ? "; it was corrected "
                                        + Count.of(cluster.corrections().size(), "time")
                                        + " lately and is left alone until a person reruns the config"
                                : ""));
    }

    /** Who has changed it to what: one of our own configs, if what it has now is what that gave it, or gave back. */
    private String changer(RolloutCluster cluster, Present present) {
        return draft.fleet().configs().stream()
                        .filter(config ->
                                !config.name().equals(cluster.rollout().config()))
                        .flatMap(config -> draft.fleet().latest(config.name(), cluster.cluster()).stream())
                        .filter(id -> gave(id, cluster.cluster(), present))
                        .findFirst()
                        .map(id -> "config " + id.config() + " changed it in " + id)
                        .orElse("someone else changed it")
                + " to " + present.describe();
    }

    private boolean gave(RolloutId id, String cluster, Present present) {
        return draft.fleet()
                .rolloutCluster(id, cluster)
                .flatMap(found -> switch (found.change()) {
                    case RolloutCluster.Change.None _ -> Optional.empty();
                    case RolloutCluster.Change.Made _ ->
                        draft.rollout(id).map(rollout -> rollout.spec().desired());
                    case RolloutCluster.Change.TakenBack takenBack -> Optional.ofNullable(takenBack.before());
                })
                .filter(present::is)
                .isPresent();
    }

    /**
     * Whether the inventory may show what was there before the rollout, because it has not shown yet what the rollout made of
     * it. Nodes that were seen to run that can tell; where none had to be seen, or they look the same either way, the inventory
     * is believed after its lag. What a Kubernetes API shows is of a known time.
     */
    private boolean mayBeOld(
            FleetConfig.Spec spec, RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        if (converged.listed() || !(spec.desired() instanceof Desired.KubeProxy(KubeProxyConfig given))) {
            return false;
        }
        boolean lags = draft.now().isBefore(converged.since().plus(draft.lag()));
        if (!nodesCount(spec)) {
            return lags;
        }
        boolean nodesCanTell = record.kubeProxy() != null
                && Verification.tellsApart(
                        given.named(record.kubernetesVersion()).orElse(given),
                        record.kubeProxy().effective());
        return (lags || nodesCanTell) && !contradicted(spec, cluster, converged, record);
    }

    private static boolean nodesCount(FleetConfig.Spec spec) {
        return spec.desired() instanceof Desired.KubeProxy given
                && given.canBeSeen()
                && spec.gate().needsEvidence();
    }

    private boolean contradicted(
            FleetConfig.Spec spec, RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        return findings(spec, cluster, converged, record).isContradicted();
    }

    /**
     * What was seen since. Nodes have proven it once, so that kube-proxy's word is enough; what a Kubernetes API showed is believed for
     * as long as the inventory may lag.
     */
    private Findings findings(
            FleetConfig.Spec spec, RolloutCluster cluster, ClusterState.Converged converged, ClusterRecord record) {
        Instant lately = draft.now().minus(draft.lag());
        return KubeProxyFindings.of(
                new Verification.Demand(
                        Objects.requireNonNull(spec.kubeProxy(), "nodes tell of kube-proxy alone"),
                        spec.gate().coverage(),
                        true,
                        Verification.Services.LEFT_OUT,
                        NodesBefore.UNKNOWN),
                spec.gate().evidence(),
                record,
                draft.fleet().evidence(cluster.cluster()),
                draft.fleet().kubernetes(cluster.cluster()),
                new Findings.Times(
                        converged.since(),
                        lately.isAfter(converged.since()) ? lately : converged.since(),
                        converged.since()));
    }

    // ---- beginning and end ----

    private ClusterState.Converged begun(
            RolloutCluster cluster, ClusterState.Converged converged, ReasonCode code, String message) {
        tell(cluster, code, message);
        return converged.drift(code, message, draft.now());
    }

    private ClusterState.Converged ended(RolloutCluster cluster, ClusterState.Converged converged, String message) {
        tell(cluster, ClusterReason.DriftEnded, message);
        return converged.comeBack(message, draft.now());
    }

    private void tell(RolloutCluster cluster, ReasonCode code, String message) {
        draft.audit(record(cluster, code, message, draft.now()));
    }

    /** For the audit trail. */
    static AuditRecord record(RolloutCluster cluster, ReasonCode code, String message, Instant now) {
        return Answer.byItself(cluster.rollout().config(), "Drift", now)
                .about(cluster.cluster())
                .done(cluster.rollout(), code, cluster.name() + ": " + message);
    }

    private RolloutCluster put(RolloutCluster cluster, ClusterState.Converged next) {
        RolloutCluster judged = cluster.with(next);
        draft.put(judged);
        return judged;
    }
}
