package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Decisions;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutDriver;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Tells the topics what was decided. Lives as long as its task: what an aborted transaction took back, the next one tells again. */
final class Announcer implements RolloutDriver.Listener {

    private final FleetState fleet;
    private final EventForwarder forwarder;

    /** As told last, by name: most events leave a config as it is. */
    private final Map<String, ConfigStatus> configs = new HashMap<>();

    /** By config, as told last of the rollouts of its {@link Standing}: one that begins or ends changes what is possible for others. */
    private final Map<String, Map<RolloutId, List<RolloutStatus.Action>>> actions = new HashMap<>();

    Announcer(FleetState fleet, EventForwarder forwarder) {
        this.fleet = fleet;
        this.forwarder = forwarder;
    }

    @Override
    public void decided(Decisions decisions) {
        for (RolloutCluster cluster : decisions.clusters()) {
            RolloutClusterStatus status =
                    Statuses.of(fleet.rollout(cluster.rollout()).orElseThrow(), cluster);
            forwarder.forward(Topic.ROLLOUT_CLUSTERS, status.key(), status);
        }
        for (Decisions.Removal removal : decisions.removals()) {
            if (removal.begins()) {
                forwarder.tombstone(Topic.ROLLOUTS, removal.rollout().toString());
            }
            removal.clusters()
                    .forEach(cluster -> forwarder.tombstone(Topic.ROLLOUT_CLUSTERS, removal.rollout() + cluster));
        }
        decisions.withdrawn().forEach(cluster -> forwarder.tombstone(Topic.OPERATIONS, cluster));
        decisions.operations().forEach(forwarder::operate);
        decisions.audits().forEach(audit -> forwarder.forward(Topic.AUDIT, audit.config(), audit));
    }

    @Override
    public void completed(Collection<Rollout> rollouts, Collection<Standing> standings) {
        Set<RolloutId> toTell = new LinkedHashSet<>();
        rollouts.forEach(rollout -> toTell.add(rollout.id()));
        Map<RolloutId, List<RolloutStatus.Action>> possible = new HashMap<>();
        for (Standing standing : standings) {
            Map<RolloutId, List<RolloutStatus.Action>> now = new HashMap<>();
            standing.rollouts().forEach(rollout -> now.put(rollout.id(), Statuses.actions(standing, rollout)));
            Map<RolloutId, List<RolloutStatus.Action>> before =
                    actions.getOrDefault(standing.config().name(), Map.of());
            Stream.concat(before.keySet().stream(), now.keySet().stream())
                    .filter(id -> !Objects.equals(before.get(id), now.get(id)))
                    .sorted(Comparator.comparing(RolloutId::generation))
                    .forEach(toTell::add);
            actions.put(standing.config().name(), now);
            possible.putAll(now);
        }
        for (RolloutId id : toTell) {
            // What was told last may be of one that is removed by now.
            fleet.rollout(id)
                    .ifPresent(rollout ->
                            forwarder.forward(Topic.ROLLOUTS, id.toString(), Statuses.of(rollout, possible.get(id))));
        }
        standings.stream().flatMap(standing -> Statuses.of(standing).stream()).forEach(this::tell);
    }

    private void tell(ConfigStatus status) {
        if (!status.equals(configs.put(status.name(), status))) {
            forwarder.forward(Topic.CONFIGS, status.name(), status);
        }
    }
}
