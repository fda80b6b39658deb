package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.Optional;

/** Makes the notices of a view: what each tells is read from it when the notice is sent. */
final class Notices {

    private final FleetView view;

    Notices(FleetView view) {
        this.view = view;
    }

    Notice rollout(String id) {
        return new Notice(Notice.ROLLOUT, id, id, () -> view.rollout(id));
    }

    Notice rolloutCluster(Change.RolloutCluster change) {
        return new Notice(
                Notice.ROLLOUT_CLUSTER,
                change.cluster(),
                change.rollout(),
                () -> view.rolloutCluster(change.rollout(), change.cluster()));
    }

    Notice cluster(String id) {
        return new Notice(Notice.CLUSTER, id, null, () -> view.atOneMoment(facts -> facts.shown(id)));
    }

    Notice fleet() {
        return new Notice(Notice.FLEET, Notice.FLEET, null, () -> Optional.of(view.overview()));
    }

    /** Each entry is a thing of its own; its identity keeps two of them from being sent as one. */
    static Notice audit(AuditRecord entry) {
        return new Notice(
                Notice.AUDIT,
                System.identityHashCode(entry) + " " + entry.at(),
                entry.rollout(),
                () -> Optional.of(entry));
    }
}
