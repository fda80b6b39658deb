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
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
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
        if (caller.subject() == null || caller.subject().equals(caller.name())) {
            return Attribution.actor(caller.name());
        }
        // A name may be long, and may look like another one with its subject: what is cut off is never the subject.
        String subject = " (" + caller.subject() + ")";
        int left = Math.max(0, Attribution.MAX_ACTOR_LENGTH - subject.codePointCount(0, subject.length()));
        String name = caller.name();
        return Attribution.actor(name.substring(
                        0, name.offsetByCodePoints(0, Math.min(left, name.codePointCount(0, name.length()))))
                + subject);
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

    /** Steering what the controller picks of the rollouts of a configuration: every one of them can be meant. */
    void demandForEach(Permission permission, String config) {
        view.rollouts().stream()
                .filter(rollout -> rollout.config().equals(config))
                .forEach(rollout -> demand(permission, rollout));
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

    /** Before a rollout has clusters, it is about those that it will select. */
    private Reach reach(RolloutStatus rollout) {
        List<RolloutClusterStatus> clusters =
                view.rolloutDetail(rollout.id()).map(RolloutDetail::clusters).orElseGet(List::of);
        if (clusters.isEmpty()) {
            return reach(rollout.spec().selector());
        }
        Inventory inventory = view.inventory();
        return new Reach.Clusters(clusters.stream()
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
