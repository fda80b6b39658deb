package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Access;
import dev.kubeproxyfleet.fleet.access.Actors;
import dev.kubeproxyfleet.fleet.access.Decision;
import dev.kubeproxyfleet.fleet.access.Demand;
import dev.kubeproxyfleet.fleet.access.Demands;
import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a request do what its caller may, and nothing else. */
final class Permits {

    private final Callers callers;
    private final Demands demands;
    private final boolean separationOfDuties;

    Permits(Callers callers, FleetView view, boolean separationOfDuties) {
        this.callers = callers;
        this.demands = new Demands(new Known(view));
        this.separationOfDuties = separationOfDuties;
    }

    Caller caller() {
        return callers.now();
    }

    /** The caller as the audit trail has it. */
    String actor() {
        return Actors.of(callers.now());
    }

    /** @throws RefusedException if the caller may not */
    void demand(Permission permission, Reach reach) {
        demand(List.of(new Demand(permission, reach)));
    }

    private void demand(List<Demand> all) {
        Caller caller = callers.now();
        for (Demand demand : all) {
            if (Access.decide(caller, demand) instanceof Decision.Refused(String message)) {
                throw new RefusedException(RequestReason.NotPermitted, message);
            }
        }
    }

    Decision decide(Permission permission, Reach reach) {
        return Access.decide(callers.now(), permission, reach);
    }

    /**
     * Steering a rollout, or one of its clusters.
     *
     * @param latest as the caller sees it
     * @param meant null where the controller knows which rollout of the config is
     * @param cluster ARM resource id of the one cluster that is meant; null for all
     */
    void demandSteering(Command.Action action, RolloutStatus latest, @Nullable String meant, @Nullable String cluster) {
        demand(demands.command(action, latest.config(), meant, cluster));
        if (action == Command.Action.Approve) {
            separate(latest);
        }
    }

    /** Who has published does not approve. */
    private void separate(RolloutStatus rollout) {
        Caller caller = callers.now();
        if (!separationOfDuties || !caller.login()) {
            return;
        }
        if (!Actors.isKnown(rollout.actor())) {
            throw new RefusedException(
                    RequestReason.PublisherUnknown,
                    "nobody can tell who has published what " + rollout.id() + " rolls out, so that it may be "
                            + caller.name() + "; have it aborted and rerun with a login, and approve that");
        }
        if (Actors.of(caller).equals(rollout.actor())) {
            throw new RefusedException(
                    RequestReason.OwnPublication,
                    caller.name() + " has published what " + rollout.id()
                            + " rolls out, so that somebody else has to approve it");
        }
    }

    void demandPublication(String config, Selector selector) {
        demand(demands.publication(config, selector));
    }

    /** Doing something to all that a configuration selects, now and later. */
    void demandChange(Permission permission, String config) {
        demand(List.of(demands.change(permission, config)));
    }

    /** @param id ARM resource id */
    Reach cluster(String id) {
        return demands.cluster(id);
    }

    private record Known(FleetView view) implements Demands.Known {

        @Override
        public Inventory inventory() {
            return view.inventory();
        }

        @Override
        public Optional<Selector> selector(String config) {
            return view.rollout(config).map(rollout -> rollout.spec().selector());
        }

        @Override
        public Optional<Demands.Touched> rollout(String id) {
            return view.rollout(id).map(this::touched);
        }

        @Override
        public List<Demands.Touched> rollouts(String config) {
            return view.rollouts().stream()
                    .filter(rollout -> rollout.config().equals(config))
                    .map(this::touched)
                    .toList();
        }

        private Demands.Touched touched(RolloutStatus rollout) {
            return new Demands.Touched(
                    rollout.spec().selector(),
                    view.rolloutDetail(rollout.id()).map(RolloutDetail::clusters).orElseGet(List::of).stream()
                            .map(RolloutClusterStatus::cluster)
                            .toList());
        }
    }
}
