package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Decisions;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutDriver;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Tells the topics what was decided. Lives as long as its task: what an aborted transaction took back, the next one tells again. */
final class Announcer implements RolloutDriver.Listener {

    private final FleetState fleet;
    private final EventForwarder forwarder;

    /** As told last, by name: most events leave a config as it is. */
    private final Map<String, ConfigStatus> configs = new HashMap<>();

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
        decisions.withdrawn().forEach(cluster -> forwarder.tombstone(Topic.OPERATIONS, cluster));
        decisions
                .operations()
                .forEach(operation -> forwarder.forward(Topic.OPERATIONS, operation.cluster(), operation));
        decisions.audits().forEach(audit -> forwarder.forward(Topic.AUDIT, audit.config(), audit));
    }

    @Override
    public void completed(Collection<Rollout> rollouts, Collection<Standing> standings) {
        rollouts.forEach(
                rollout -> forwarder.forward(Topic.ROLLOUTS, rollout.id().toString(), Statuses.of(rollout)));
        standings.stream().flatMap(standing -> Statuses.of(standing).stream()).forEach(this::tell);
    }

    private void tell(ConfigStatus status) {
        if (!status.equals(configs.put(status.name(), status))) {
            forwarder.forward(Topic.CONFIGS, status.name(), status);
        }
    }
}
