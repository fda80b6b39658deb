package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import dev.kubeproxyfleet.simulator.world.SimulatedSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the simulated Azure knows. Nothing here waits: an operation ends when somebody looks after its time has come. Guarded by
 * the lock of {@link ArmModel}.
 */
final class ArmState {

    /** Operations that can still be asked for; older ones answer 404. */
    static final int MAX_OPERATIONS = 50_000;

    final ArmOptions options;
    final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    final NavigableMap<String, ManagedCluster> clusters = new TreeMap<>();
    final Map<String, Lock> locks = new TreeMap<>();
    final FaultPlan faults = new FaultPlan();
    final ExternalPolicies policies = new ExternalPolicies(this);
    private final Map<String, ResourceGroup> groups = new TreeMap<>();
    private final Map<UUID, LongRunningOperation> operations = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, LongRunningOperation> eldest) {
            return size() > MAX_OPERATIONS;
        }
    };
    private final double speed;
    private final long seed;
    private Random ids;
    private int restarts;
    private final Durations durations;
    private String endpoint = "";
    private KubernetesServers kubernetes = KubernetesServers.NONE;

    ArmState(Fleet fleet, ArmOptions options, Instant now) {
        this.options = options;
        this.speed = fleet.spec().speed();
        this.seed = fleet.spec().seed();
        this.ids = new Random(seed ^ 0x5DEECE66DL);
        this.durations = new Durations(fleet.spec().seed(), options.operation(), speed);
        for (SimulatedSubscription subscription : fleet.subscriptions()) {
            subscriptions.put(subscription.id(), new Subscription(subscription));
        }
        for (SimulatedCluster cluster : fleet.clusters()) {
            add(new ManagedCluster(
                    cluster.subscription(), cluster.resourceGroup(), cluster.document(), now, this::newId));
        }
    }

    /** Where clients reach this; links in answers begin with it. */
    String endpoint() {
        return endpoint;
    }

    void setEndpoint(String newEndpoint) {
        endpoint = newEndpoint;
    }

    /** Where the clusters' Kubernetes APIs are. */
    KubernetesServers kubernetes() {
        return kubernetes;
    }

    void setKubernetes(KubernetesServers servers) {
        kubernetes = servers;
    }

    /** How often it has been started anew from what was saved. */
    int restarts() {
        return restarts;
    }

    /** Draws other ids than all the times before: a cluster that is made now must not be taken for an earlier one. */
    void setRestarts(int times) {
        restarts = times;
        ids = new Random(new Random(seed ^ 0x5DEECE66DL).nextLong() + times);
    }

    String newId() {
        return new UUID(ids.nextLong(), ids.nextLong()).toString();
    }

    Duration scaled(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() / speed));
    }

    void add(ManagedCluster cluster) {
        clusters.put(cluster.id(), cluster);
        groups.putIfAbsent(
                ResourceGroup.id(cluster.subscription(), cluster.group()),
                new ResourceGroup(cluster.subscription(), cluster.group(), cluster.location()));
    }

    ManagedCluster newCluster(Subscription subscription, String group, ObjectNode document, Instant now) {
        ManagedCluster cluster = new ManagedCluster(subscription.id(), group, document, now, this::newId);
        add(cluster);
        return cluster;
    }

    /** The cluster as it is at {@code now}; empty if there is none (any more). */
    Optional<ManagedCluster> find(String clusterId, Instant now) {
        String id = clusterId.toLowerCase(Locale.ROOT);
        ManagedCluster cluster = clusters.get(id);
        if (cluster != null) {
            cluster.settle(now);
            if (cluster.deleted()) {
                clusters.remove(id);
                return Optional.empty();
            }
        }
        return Optional.ofNullable(cluster);
    }

    void putGroup(ResourceGroup group) {
        groups.put(group.id(), group);
    }

    /** The group as it is at {@code now}; empty if there is none (any more). */
    Optional<ResourceGroup> group(String subscription, String name, Instant now) {
        ResourceGroup group = groups.get(ResourceGroup.id(subscription, name));
        if (group != null && group.goneAt() != null && !now.isBefore(group.goneAt())) {
            clusters.subMap(group.id() + "/", group.id() + "0").clear();
            locks.values().removeIf(lock -> lock.isWithin(group.id()));
            groups.remove(group.id());
            return Optional.empty();
        }
        return Optional.ofNullable(group);
    }

    List<ResourceGroup> groupsOf(String subscription, Instant now) {
        return List.copyOf(groups.values()).stream()
                .filter(group -> group.subscription().equals(subscription))
                .flatMap(group -> group(subscription, group.name(), now).stream())
                .toList();
    }

    /** Clusters of a group as they are at {@code now}. */
    List<ManagedCluster> clustersOf(ResourceGroup group, Instant now) {
        return List.copyOf(clusters.subMap(group.id() + "/", group.id() + "0").keySet()).stream()
                .flatMap(id -> find(id, now).stream())
                .toList();
    }

    /** Begins an operation of a drawn duration. */
    LongRunningOperation begin(Call call, ManagedCluster cluster, LongRunningOperation.Ending ending, boolean hidden) {
        LongRunningOperation operation = new LongRunningOperation(
                new UUID(ids.nextLong(), ids.nextLong()),
                cluster.subscription(),
                cluster.id(),
                call.name("pool"),
                cluster.location(),
                call.now,
                call.now.plus(durations.next()),
                ending,
                cluster.document(),
                hidden);
        operations.put(operation.id(), operation);
        call.operationEndsAt = operation.endsAt();
        return operation;
    }

    /** Ends an operation now, as one that somebody aborts. */
    void cancel(LongRunningOperation operation, Instant now, String code, String message) {
        operations.replace(
                operation.id(), operation.endingAs(new LongRunningOperation.Ending.IsCanceled(code, message), now));
    }

    Optional<LongRunningOperation> operation(String id) {
        try {
            return Optional.ofNullable(operations.get(UUID.fromString(id)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    void add(Lock lock) {
        locks.put(lock.key(), lock);
    }

    /** Forgets every cluster, group and lock. */
    void clear() {
        clusters.clear();
        groups.clear();
        locks.clear();
    }
}
