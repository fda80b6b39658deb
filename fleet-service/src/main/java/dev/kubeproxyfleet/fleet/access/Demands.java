package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.rollout.Selection;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.Command;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What each thing that can be asked for demands of who asks, whichever way it comes. */
public final class Demands {

    /** What is known of the fleet where it is asked. */
    public interface Known {

        Inventory inventory();

        /** Of the rollout of a config that is under way, or of the latest; empty if it has none. */
        Optional<Selector> selector(String config);

        Optional<Touched> rollout(String id);

        /** All that are kept of a config. */
        List<Touched> rollouts(String config);
    }

    /**
     * What a rollout is about.
     *
     * @param clusters their ARM resource ids; empty before it has any
     */
    public record Touched(Selector selector, List<String> clusters) {
        public Touched {
            clusters = List.copyOf(clusters);
        }
    }

    private final Known known;

    public Demands(Known known) {
        this.known = known;
    }

    /** Publishing a configuration takes it from what it selected before. */
    public List<Demand> publication(String config, Selector selector) {
        return List.of(new Demand(Permission.Publish, selected(selector)), change(Permission.Publish, config));
    }

    /** Doing something to all that a configuration selects, now and later. */
    public Demand change(Permission permission, String config) {
        return new Demand(
                permission, known.selector(config).<Reach>map(this::selected).orElseGet(Reach.Nothing::new));
    }

    /** What is stored for all configurations, whatever they select. */
    public static Demand ofFleet(Permission permission) {
        return new Demand(permission, new Reach.Fleet());
    }

    /**
     * Steering a rollout, or one of its clusters.
     *
     * @param rollout null where the controller picks one: every one of the config can be meant
     * @param cluster ARM resource id; only {@code Retry} and {@code Skip} know one
     */
    public List<Demand> command(
            Command.Action action, String config, @Nullable String rollout, @Nullable String cluster) {
        Permission permission = Permission.valueOf(action.name());
        boolean knowsCluster = switch (action) {
            case Retry, Skip -> true;
            case Pause, Resume, Abort, Approve, Reject, Promote, Rollback, Rerun, Override, Answer -> false;
        };
        if (action == Command.Action.Rerun) {
            return List.of(change(permission, config));
        }
        if (cluster != null && knowsCluster) {
            return List.of(new Demand(permission, cluster(cluster)));
        }
        List<Touched> meant = rollout == null
                ? known.rollouts(config)
                : known.rollout(rollout).stream().toList();
        return meant.isEmpty()
                ? List.of(new Demand(permission, new Reach.Nothing()))
                : meant.stream()
                        .map(touched -> new Demand(permission, touched(touched)))
                        .toList();
    }

    /** @param id ARM resource id */
    public Reach cluster(String id) {
        return new Reach.Clusters(List.of(target(id)));
    }

    /** Before a rollout has clusters, it is about those that it will select. */
    private Reach touched(Touched rollout) {
        return rollout.clusters().isEmpty()
                ? selected(rollout.selector())
                : new Reach.Clusters(
                        rollout.clusters().stream().map(this::target).toList());
    }

    private Reach.Selected selected(Selector selector) {
        Selection selection = new Selection(selector);
        return new Reach.Selected(
                selector,
                StreamSupport.stream(known.inventory().clusters().spliterator(), false)
                        .filter(selection)
                        .map(Reach.Target::of)
                        .toList());
    }

    private Reach.Target target(String id) {
        return known.inventory().cluster(id).map(Reach.Target::of).orElseGet(() -> new Reach.Target(id, null));
    }
}
