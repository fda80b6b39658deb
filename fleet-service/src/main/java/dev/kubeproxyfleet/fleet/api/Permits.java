package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Access;
import dev.kubeproxyfleet.fleet.access.Decision;
import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.rollout.Selection;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.List;
import java.util.stream.StreamSupport;

/** Lets a request do what its caller may, and nothing else. */
final class Permits {

    private final Callers callers;
    private final FleetView view;
    private final boolean separationOfDuties;

    Permits(Callers callers, FleetView view, boolean separationOfDuties) {
        this.callers = callers;
        this.view = view;
        this.separationOfDuties = separationOfDuties;
    }

    Caller caller() {
        return callers.now();
    }

    /** The caller as the audit trail has it: with the subject, which nobody else can have, where there is a login. */
    String actor() {
        return actor(callers.now());
    }

    static String actor(Caller caller) {
        return Attribution.actor(
                caller.subject() == null || caller.subject().equals(caller.name())
                        ? caller.name()
                        : caller.name() + " (" + caller.subject() + ")");
    }

    /** @throws RefusedException if the caller may not */
    void demand(Permission permission, Reach reach) {
        if (decide(permission, reach) instanceof Decision.Refused(String message)) {
            throw new RefusedException(RequestReason.NotPermitted, message);
        }
    }

    Decision decide(Permission permission, Reach reach) {
        return Access.decide(callers.now(), permission, reach);
    }

    /** Steering a rollout, or one of its clusters. */
    void demand(Permission permission, RolloutStatus rollout) {
        demand(permission, reach(rollout));
        Caller caller = callers.now();
        if (permission == Permission.Approve
                && separationOfDuties
                && caller.login()
                && actor(caller).equals(rollout.actor())) {
            throw new RefusedException(
                    RequestReason.OwnPublication,
                    caller.name() + " has published what " + rollout.id()
                            + " rolls out, so that somebody else has to approve it");
        }
    }

    /** Publishing a configuration takes it from what it selected before. */
    void demandPublication(String config, Selector selector) {
        demand(Permission.Publish, reach(selector));
        demandChange(Permission.Publish, config);
    }

    /** Doing something to all that a configuration selects, now and later. */
    void demandChange(Permission permission, String config) {
        view.rollout(config)
                .ifPresentOrElse(
                        rollout -> demand(permission, reach(rollout.spec().selector())),
                        () -> demand(permission, new Reach.Nothing()));
    }

    private Reach reach(Selector selector) {
        Selection selection = new Selection(selector);
        return new Reach.Selected(
                selector,
                StreamSupport.stream(view.inventory().clusters().spliterator(), false)
                        .filter(selection)
                        .map(Reach.Target::of)
                        .toList());
    }

    private Reach reach(RolloutStatus rollout) {
        Inventory inventory = view.inventory();
        return new Reach.Clusters(
                view.rolloutDetail(rollout.id()).map(RolloutDetail::clusters).orElseGet(List::of).stream()
                        .map(cluster -> target(inventory, cluster.cluster()))
                        .toList());
    }

    /** @param id ARM resource id */
    Reach cluster(String id) {
        return new Reach.Clusters(List.of(target(view.inventory(), id)));
    }

    private static Reach.Target target(Inventory inventory, String id) {
        return inventory.cluster(id).map(Reach.Target::of).orElseGet(() -> new Reach.Target(id, null));
    }
}
