package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a cluster is as it should be. */
final class Drifts {

    static final String CONFIGURATION_CHANGED = "ConfigurationChanged";
    static final String NODES_DIFFER = "NodesDiffer";

    /** Corrected again and again, and left alone by now; the controller's code. */
    static final String FIGHT = "DriftFight";

    private Drifts() {}

    /**
     * Empty if nothing is known to be wrong, while a change is under way, and as long as the inventory is older than the
     * change: it follows by listing, and what it said before proves nothing.
     *
     * @param azureAt when the inventory said so
     */
    static Optional<ClusterView.Drift> of(
            @Nullable EffectiveKubeProxy azure,
            Instant azureAt,
            @Nullable RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            @Nullable ClusterHealth health) {
        if (azure == null
                || (status != null
                        && (underWay(status.state())
                                || (status.state() == RolloutClusterStatus.State.Converged
                                        && azureAt.isBefore(status.since()))))) {
            return Optional.empty();
        }
        // Clusters of a deleted config are free to have what they like.
        if (status != null
                && rollout != null
                && !rollout.released()
                && status.state() == RolloutClusterStatus.State.Converged) {
            if (FIGHT.equals(status.code())) {
                return Optional.of(new ClusterView.Drift(FIGHT, status.message()));
            }
            EffectiveKubeProxy wanted = rollout.spec().kubeProxy().effective();
            if (!wanted.equals(azure)) {
                return Optional.of(new ClusterView.Drift(
                        CONFIGURATION_CHANGED,
                        "Azure shows " + azure.describe() + ", but " + rollout.id() + " had brought it to "
                                + wanted.describe()));
            }
        }
        if (health == null) {
            return Optional.empty();
        }
        int different = health.getObserved().stream()
                .filter(observed -> differs(observed, azure))
                .mapToInt(ObservedConfiguration::getNodes)
                .sum();
        return different == 0
                ? Optional.empty()
                : Optional.of(new ClusterView.Drift(
                        NODES_DIFFER,
                        different + " of " + health.getNodesReporting()
                                + " reporting nodes run something else than Azure shows (" + azure.describe() + ")"));
    }

    private static boolean underWay(RolloutClusterStatus.State state) {
        return switch (state) {
            case Updating, Verifying -> true;
            case Waiting, Converged, Failed, Skipped, RolledBack -> false;
        };
    }

    /** What a node did not tell counts as no difference. */
    private static boolean differs(ObservedConfiguration observed, EffectiveKubeProxy azure) {
        if (!azure.enabled()) {
            return false;
        }
        String mode = observed.getMode();
        if (mode != null && !mode.equals(azure.mode().name().toLowerCase(Locale.ROOT))) {
            return true;
        }
        EffectiveIpvs ipvs = azure.ipvs();
        if (ipvs == null) {
            return false;
        }
        return differs(observed.getScheduler(), ipvs.scheduler().kernelName())
                || differs(observed.getTcpTimeoutSeconds(), ipvs.tcpTimeoutSeconds())
                || differs(observed.getTcpFinTimeoutSeconds(), ipvs.tcpFinTimeoutSeconds())
                || differs(observed.getUdpTimeoutSeconds(), ipvs.udpTimeoutSeconds());
    }

    private static boolean differs(@Nullable Object observed, Object wanted) {
        return observed != null && !observed.equals(wanted);
    }
}
