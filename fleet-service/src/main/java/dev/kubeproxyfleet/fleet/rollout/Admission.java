package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a config may change a cluster now: whether it still selects it, before others that do, and the cluster can take it. */
final class Admission {

    private final Inventory inventory;
    private final Selection selection;
    private final Precedence precedence;
    private final Desired desired;
    private final boolean honourAksMaintenance;
    private final Instant now;

    Admission(Inventory inventory, String config, FleetConfig.Spec spec, Instant now) {
        this.inventory = inventory;
        this.selection = new Selection(spec.selector());
        this.precedence = new Precedence(config, spec, inventory.claims());
        this.desired = spec.desired();
        this.honourAksMaintenance = spec.strategy().windows().honourAksMaintenance();
        this.now = now;
    }

    boolean selects(ClusterRecord cluster) {
        return selection.test(cluster);
    }

    /** Whether it is this config, and no other, that decides what the cluster runs. */
    boolean owns(ClusterRecord cluster) {
        return selects(cluster) && precedence.objection(cluster).isEmpty();
    }

    Preflight.Verdict verdict(ClusterRecord cluster) {
        if (!selects(cluster)) {
            return new Preflight.Verdict.Skip(
                    ClusterReason.NoLongerSelected, "the config's selector no longer matches the cluster");
        }
        Optional<Preflight.Verdict> objection = precedence.objection(cluster);
        if (objection.isPresent()) {
            return objection.get();
        }
        Preflight.Verdict verdict = Preflight.check(cluster, inventory, desired);
        return verdict instanceof Preflight.Verdict.Go ? maintenance(cluster) : verdict;
    }

    private Preflight.Verdict maintenance(ClusterRecord cluster) {
        if (!honourAksMaintenance) {
            return new Preflight.Verdict.Go();
        }
        List<MaintenanceWindow> windows = cluster.maintenanceWindows();
        if (windows == null) {
            return new Preflight.Verdict.Wait(
                    ClusterReason.MaintenanceWindowsUnknown, "its AKS maintenance windows have not been read yet");
        }
        OpeningHours hours = OpeningHours.ofMaintenance(windows);
        return hours.isOpen(now)
                ? new Preflight.Verdict.Go()
                : new Preflight.Verdict.Wait(
                        ClusterReason.OutsideMaintenanceWindow,
                        hours.nextOpening(now)
                                .map(opening -> "its AKS maintenance window opens at " + opening)
                                .orElse("none of its AKS maintenance windows opens within " + OpeningHours.HORIZON_DAYS
                                        + " days"));
    }
}
