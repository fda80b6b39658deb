package dev.kubeproxyfleet.fleet.view;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.nullsFirst;

import dev.kubeproxyfleet.fleet.health.HealthEvidence;
import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as it is, folded from the topics that show it. Thread-safe.
 *
 * <p>Folding is idempotent: the same records again, in the order of their partitions, change nothing. Every change is told to
 * the event streams, and an audit record also to the request that waits for it.
 */
public final class FleetView {

    /** What Azure answers to a write where a lock is. */
    public static final String SCOPE_LOCKED = "ScopeLocked";

    private final Notice.Listener listener;
    private final int historyPoints;
    private final int auditLimit;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ClusterRecord> clusters = new HashMap<>();
    private final Map<String, SubscriptionRecord> subscriptions = new TreeMap<>();
    private final Map<String, ClusterHealth> healths = new HashMap<>();
    private final Map<String, HistoryRing> histories = new HashMap<>();
    private final Map<String, RolloutStatus> rollouts = new HashMap<>();

    /** By config, the latest generation that was planned over every selected cluster: what it left out, nobody holds. */
    private final Map<String, Long> plannedGenerations = new HashMap<>();

    /** By config, the latest generation that was released with a deletion: up to it nobody holds a cluster. */
    private final Map<String, Long> releasedGenerations = new HashMap<>();

    private final Map<String, Map<String, RolloutClusterStatus>> clustersByRollout = new HashMap<>();
    private final Map<String, Map<String, RolloutClusterStatus>> rolloutsByCluster = new HashMap<>();
    private final Map<String, FleetStrategy> strategies = new TreeMap<>();
    private final Deque<AuditRecord> audit = new ArrayDeque<>();
    private final Map<String, CompletableFuture<AuditRecord>> waiting = new HashMap<>();
    private @Nullable FleetOverview overview;

    private volatile boolean caughtUp;

    public FleetView(Notice.Listener listener, int historyPoints, int auditLimit) {
        this.listener = listener;
        this.historyPoints = historyPoints;
        this.auditLimit = auditLimit;
    }

    /** True once everything that the topics held at start is folded. */
    public boolean caughtUp() {
        return caughtUp;
    }

    void markCaughtUp() {
        caughtUp = true;
        listener.tell(Notice.reload());
    }

    /** Folds one record. */
    public void apply(Change change) {
        List<Notice> notices = locked(() -> {
            overview = null;
            return switch (change) {
                case Change.Rollout rollout -> fold(rollout);
                case Change.RolloutCluster cluster -> fold(cluster);
                case Change.Cluster cluster -> fold(cluster);
                case Change.Subscription subscription -> {
                    put(subscriptions, subscription.id(), subscription.subscription());
                    yield List.of(fleetNotice());
                }
                case Change.Health health -> fold(health);
                case Change.Strategy strategy -> {
                    put(strategies, strategy.name(), strategy.strategy());
                    yield List.of();
                }
                case Change.Audit entry -> fold(entry.entry());
            };
        });
        notices.forEach(listener::tell);
    }

    private List<Notice> fold(Change.Rollout change) {
        RolloutStatus status = change.status();
        put(rollouts, change.id(), status);
        if (status == null) {
            plannedGenerations.clear();
            releasedGenerations.clear();
            rollouts.values().forEach(this::countGeneration);
            return List.of(Notice.reload());
        }
        countGeneration(status);
        return List.of(
                new Notice(Notice.ROLLOUT, "rollout " + change.id(), change.id(), () -> rollout(change.id())),
                fleetNotice());
    }

    private List<Notice> fold(Change.RolloutCluster change) {
        putNested(clustersByRollout, change.rollout(), change.cluster(), change.status());
        putNested(rolloutsByCluster, change.cluster(), change.rollout(), change.status());
        if (change.status() == null) {
            return List.of(Notice.reload());
        }
        return List.of(
                new Notice(
                        Notice.ROLLOUT_CLUSTER,
                        "rollout-cluster " + change.status().key(),
                        change.rollout(),
                        () -> status(change.rollout(), change.cluster())),
                clusterNotice(change.cluster()),
                fleetNotice());
    }

    private List<Notice> fold(Change.Cluster change) {
        put(clusters, change.id(), change.cluster());
        return change.cluster() == null ? List.of(Notice.reload()) : List.of(clusterNotice(change.id()), fleetNotice());
    }

    private List<Notice> fold(Change.Health change) {
        ClusterHealth health = change.health();
        put(healths, change.cluster(), health);
        if (health == null) {
            histories.remove(change.cluster());
        } else {
            histories
                    .computeIfAbsent(change.cluster(), _ -> new HistoryRing(historyPoints))
                    .add(new HistoryPoint(
                            health.getAt(),
                            health.getActiveConnections(),
                            health.getInactiveConnections(),
                            health.getConnectionsPerSecond(),
                            health.getImbalance()));
        }
        return List.of(clusterNotice(change.cluster()), fleetNotice());
    }

    /** Before the topic is read again: each entry is a thing of its own, and would be there twice. */
    void forgetAudit() {
        locked(() -> {
            audit.clear();
            return audit;
        });
    }

    private List<Notice> fold(AuditRecord entry) {
        audit.addFirst(entry);
        if (audit.size() > auditLimit) {
            audit.removeLast();
        }
        String requestId = entry.requestId();
        CompletableFuture<AuditRecord> asked = requestId == null ? null : waiting.remove(requestId);
        if (asked != null) {
            asked.complete(entry);
        }
        // Each entry is a thing of its own; its identity keeps two of them from being sent as one.
        return List.of(new Notice(
                Notice.AUDIT,
                "audit " + System.identityHashCode(entry) + entry.at(),
                entry.rollout(),
                () -> Optional.of(entry)));
    }

    /**
     * The answer to a request, now or later. Ask before the request is sent, and {@link #forget} it when nobody waits any more.
     */
    public CompletableFuture<AuditRecord> answer(String requestId) {
        return locked(() -> waiting.computeIfAbsent(requestId, _ -> new CompletableFuture<>()));
    }

    public void forget(String requestId) {
        locked(() -> Optional.ofNullable(waiting.remove(requestId)));
    }

    public FleetOverview overview() {
        return locked(() -> {
            FleetOverview known = overview;
            if (known == null) {
                known = count();
                overview = known;
            }
            return known;
        });
    }

    /** Every cluster, by name and then by id. */
    public List<ClusterView> clusters() {
        return locked(() -> clusters.values().stream()
                .map(this::view)
                .sorted(comparing(ClusterView::name).thenComparing(ClusterView::id))
                .toList());
    }

    /** One cluster with its nodes and history; empty if the inventory does not know it. */
    public Optional<ClusterDetail> cluster(String id) {
        return locked(() -> Optional.ofNullable(clusters.get(id)).map(cluster -> {
            ClusterHealth health = healths.get(id);
            HistoryRing history = histories.get(id);
            return new ClusterDetail(
                    view(cluster),
                    health == null
                            ? List.of()
                            : health.getNodes().stream().map(FleetView::node).toList(),
                    history == null ? List.of() : history.points());
        }));
    }

    /** Ids of the clusters that have this name, without regard to case. */
    public List<String> named(String name) {
        return locked(() -> clusters.values().stream()
                .filter(cluster -> cluster.name().equalsIgnoreCase(name))
                .map(ClusterRecord::id)
                .sorted()
                .toList());
    }

    private void countGeneration(RolloutStatus rollout) {
        if (rollout.released()) {
            releasedGenerations.merge(rollout.config(), rollout.generation(), Math::max);
        }
        if (reachesAll(rollout.cause()) && rollout.plan() != null) {
            plannedGenerations.merge(rollout.config(), rollout.generation(), Math::max);
        }
    }

    /** Runs {@code reading} while nothing is folded, so that all that it reads here is of one moment. */
    public <T> T atOneMoment(Supplier<T> reading) {
        return locked(reading);
    }

    /** A cluster as the inventory has it. */
    public Optional<ClusterRecord> inventoryRecord(String cluster) {
        return locked(() -> Optional.ofNullable(clusters.get(cluster)));
    }

    /** A cluster as it is shown; empty if the inventory does not know it. */
    public Optional<ClusterView> shown(String cluster) {
        return locked(() -> Optional.ofNullable(clusters.get(cluster)).map(this::view));
    }

    private static boolean reachesAll(RolloutStatus.Cause cause) {
        return switch (cause) {
            case Publish, Rerun -> true;
            case Retry, CatchUp, DriftCorrection -> false;
        };
    }

    /** What is in force: the latest rollout of each config that is not deleted, by name. */
    public List<ConfigView> configs() {
        return locked(() -> latestByConfig().stream().map(ConfigView::of).toList());
    }

    /** The latest rollout of each config that is not deleted, by the config's name. */
    public List<RolloutStatus> latestOfConfigs() {
        return locked(this::latestByConfig);
    }

    /** The latest rollout of a config to every selected cluster; empty if none is known (any more). */
    public Optional<RolloutStatus> latestToAll(String config) {
        return locked(() -> rollouts.values().stream()
                .filter(rollout -> rollout.config().equals(config) && reachesAll(rollout.cause()))
                .max(comparing(RolloutStatus::generation)));
    }

    private List<RolloutStatus> latestByConfig() {
        Map<String, RolloutStatus> latest = new TreeMap<>();
        rollouts.values()
                .forEach(rollout ->
                        latest.merge(rollout.config(), rollout, (a, b) -> a.generation() >= b.generation() ? a : b));
        return latest.values().stream().filter(rollout -> !rollout.released()).toList();
    }

    /** Every stored strategy, by name. */
    public List<FleetStrategy> strategies() {
        return locked(() -> List.copyOf(strategies.values()));
    }

    public Optional<FleetStrategy> strategy(String name) {
        return locked(() -> Optional.ofNullable(strategies.get(name)));
    }

    /** All that planning needs, as it is now. */
    public Inventory inventory() {
        return locked(() -> new FleetSnapshot(
                clusters,
                subscriptions,
                healths,
                latestByConfig().stream()
                        .map(rollout -> new Claim(
                                rollout.config(),
                                rollout.spec().priority(),
                                rollout.spec().selector()))
                        .toList()));
    }

    /** Every rollout, newest first. */
    public List<RolloutStatus> rollouts() {
        return locked(() ->
                rollouts.values().stream().sorted(NEWEST_ROLLOUT.reversed()).toList());
    }

    /** A rollout by its id, or of the config of this name the one under way, of which there is one at most, or the latest. */
    public Optional<RolloutStatus> rollout(String idOrConfig) {
        return locked(() -> {
            RolloutStatus exact = rollouts.get(idOrConfig);
            return exact != null
                    ? Optional.of(exact)
                    : rollouts.values().stream()
                            .filter(rollout -> rollout.config().equals(idOrConfig))
                            .max(comparing((RolloutStatus rollout) ->
                                            !rollout.state().isEnded())
                                    .thenComparing(RolloutStatus::generation));
        });
    }

    public Optional<RolloutDetail> rolloutDetail(String idOrConfig) {
        return locked(() -> rollout(idOrConfig).map(rollout -> {
            List<String> order =
                    rollout.stages().stream().map(RolloutStatus.Stage::name).toList();
            return new RolloutDetail(
                    rollout,
                    clustersByRollout.getOrDefault(rollout.id(), Map.of()).values().stream()
                            .sorted(Comparator.<RolloutClusterStatus>comparingInt(
                                            status -> order.indexOf(status.stage()))
                                    .thenComparing(RolloutClusterStatus::cluster))
                            .toList());
        }));
    }

    /** The latest audit records, newest first, of one config or of all. */
    public List<AuditRecord> audit(@Nullable String config) {
        return locked(() -> audit.stream()
                .filter(entry -> config == null || entry.config().equals(config))
                .toList());
    }

    private static final Comparator<RolloutStatus> NEWEST_ROLLOUT = comparing(RolloutStatus::createdAt)
            .thenComparing(RolloutStatus::config)
            .thenComparing(RolloutStatus::generation);

    /** The state of a cluster in a rollout. */
    public Optional<RolloutClusterStatus> status(String rollout, String cluster) {
        return locked(() -> Optional.ofNullable(
                clustersByRollout.getOrDefault(rollout, Map.of()).get(cluster)));
    }

    /** The cluster's state in the latest rollout that has it, of those that hold it rather than of those that left it. */
    public Optional<RolloutClusterStatus> latestRollout(String cluster) {
        return locked(() -> latestHold(cluster));
    }

    private Optional<RolloutClusterStatus> latestHold(String cluster) {
        return rolloutsByCluster.getOrDefault(cluster, Map.of()).values().stream()
                .max(comparingInt((RolloutClusterStatus status) -> hold(status))
                        .thenComparing(status -> rollouts.get(status.rollout()), nullsFirst(NEWEST_ROLLOUT))
                        .thenComparing(RolloutClusterStatus::since));
    }

    /**
     * Whether the latest rollout that has the cluster could not change it because of a lock, and the inventory does not tell
     * whether that is still there.
     */
    public boolean refusedByLock(String cluster) {
        return locked(() -> !knowsLocks(Partitioning.subscriptionOf(cluster))
                && latestHold(cluster)
                        .filter(status -> SCOPE_LOCKED.equals(status.code()))
                        .isPresent());
    }

    private boolean knowsLocks(String subscription) {
        SubscriptionRecord record = subscriptions.get(subscription);
        return record != null && record.readOnlyScopes() != null;
    }

    private int hold(RolloutClusterStatus status) {
        if (hasPassed(status)) {
            return 0;
        }
        boolean left = status.state() == RolloutClusterStatus.State.Skipped
                && ("LowerPriority".equals(status.code()) || "NoLongerSelected".equals(status.code()));
        return left ? 1 : 2;
    }

    /**
     * Whether its config was deleted, or planned again without the cluster, and nothing is under way; or whether another cluster
     * has the id by now.
     */
    public boolean isPast(RolloutClusterStatus status) {
        return locked(() -> hasPassed(status));
    }

    private boolean hasPassed(RolloutClusterStatus status) {
        RolloutStatus rollout = rollouts.get(status.rollout());
        if (rollout == null) {
            return false;
        }
        ClusterRecord cluster = clusters.get(status.cluster());
        if (cluster != null && cluster.isOtherThan(status.uid())) {
            return true;
        }
        return switch (status.state()) {
            case Updating, Verifying -> false;
            case Waiting, Converged, Failed, Skipped, RolledBack ->
                isReleased(rollout) || rollout.generation() < plannedGenerations.getOrDefault(rollout.config(), 0L);
        };
    }

    /** Whether its config was deleted, then or later. */
    public boolean isReleased(RolloutStatus rollout) {
        return locked(() -> rollout.generation() <= releasedGenerations.getOrDefault(rollout.config(), 0L));
    }

    private Notice clusterNotice(String id) {
        return new Notice(
                Notice.CLUSTER,
                "cluster " + id,
                null,
                () -> locked(() -> Optional.ofNullable(clusters.get(id)).map(this::view)));
    }

    private Notice fleetNotice() {
        return new Notice(Notice.FLEET, Notice.FLEET, null, () -> Optional.of(overview()));
    }

    private ClusterView view(ClusterRecord cluster) {
        EffectiveKubeProxy effective =
                cluster.kubeProxy() == null ? null : cluster.kubeProxy().effective();
        EffectiveIpvs ipvs = effective == null ? null : effective.ipvs();
        ClusterHealth health = healths.get(cluster.id());
        RolloutClusterStatus status = latestHold(cluster.id()).orElse(null);
        return new ClusterView(
                cluster.id(),
                cluster.name(),
                cluster.subscription(),
                cluster.resourceGroup(),
                cluster.location(),
                cluster.tags(),
                cluster.kubernetesVersion(),
                cluster.provisioningState(),
                cluster.powerState(),
                cluster.nodeCount(),
                cluster.windowsNodeCount(),
                cluster.autoprovisioning(),
                cluster.kubeProxy(),
                mode(effective),
                ipvs == null ? null : ipvs.scheduler().name(),
                effective == null
                        ? "unknown: Azure returned something that this version cannot read"
                        : effective.describe(),
                health == null ? null : summary(health, cluster.kubeProxy()),
                status == null
                        ? null
                        : new ClusterView.InRollout(
                                status.rollout(),
                                status.stage(),
                                status.state(),
                                status.code(),
                                status.message(),
                                status.since()),
                drift(cluster.id()));
    }

    /** The controller ends a drift before another rollout's can begin, so there is one at most, but for a moment. */
    private ClusterView.@Nullable Drift drift(String cluster) {
        return rolloutsByCluster.getOrDefault(cluster, Map.of()).values().stream()
                .filter(RolloutClusterStatus::hasDrifted)
                .max(comparing(RolloutClusterStatus::since))
                .map(status -> new ClusterView.Drift(String.valueOf(status.code()), status.message(), status.rollout()))
                .orElse(null);
    }

    private static String mode(@Nullable EffectiveKubeProxy effective) {
        if (effective == null) {
            return ClusterView.MODE_UNKNOWN;
        }
        return effective.enabled() ? effective.mode().name() : ClusterView.MODE_DISABLED;
    }

    private static ClusterView.HealthSummary summary(ClusterHealth health, @Nullable KubeProxyConfig shown) {
        return new ClusterView.HealthSummary(
                health.getAt(),
                health.getNodesExpected(),
                health.getNodesReporting(),
                shown == null ? null : HealthEvidence.of(health).nodesDifferingFrom(shown),
                health.getObserved().stream().map(FleetView::observed).toList(),
                health.getActiveConnections(),
                health.getInactiveConnections(),
                health.getConnectionsPerSecond(),
                health.getImbalance(),
                health.getEvidence(),
                health.getClockSkewSeconds());
    }

    private static ClusterView.Observed observed(ObservedConfiguration observed) {
        Evidence.Proof proof = HealthEvidence.proof(observed.getProof());
        return new ClusterView.Observed(
                observed.getMode(),
                observed.getScheduler(),
                observed.getTcpTimeoutSeconds(),
                observed.getTcpFinTimeoutSeconds(),
                observed.getUdpTimeoutSeconds(),
                proof.code(),
                proof.brief(),
                observed.getTimeoutsByKernel(),
                observed.getNodes());
    }

    private static ClusterDetail.Node node(NodeSummary node) {
        Evidence.Proof proof = HealthEvidence.proof(node.getProof());
        return new ClusterDetail.Node(
                node.getNode(),
                node.getTakenAt(),
                node.getMode(),
                node.getScheduler(),
                node.getTcpTimeoutSeconds(),
                node.getTcpFinTimeoutSeconds(),
                node.getUdpTimeoutSeconds(),
                proof.code(),
                proof.brief(),
                node.getTimeoutsByKernel(),
                node.getServices(),
                node.getBackends(),
                node.getActiveConnections(),
                node.getInactiveConnections(),
                node.getConnectionsPerSecond(),
                node.getImbalance());
    }

    private record ModeAndScheduler(
            @Nullable String mode, @Nullable String scheduler) {}

    private FleetOverview count() {
        Map<ModeAndScheduler, Integer> configurations = new HashMap<>();
        Map<ModeAndScheduler, Long> observed = new HashMap<>();
        Map<String, Integer> provisioning = new TreeMap<>();
        Map<String, Integer> power = new TreeMap<>();
        int drifted = 0;
        int clustersReporting = 0;
        long expected = 0;
        long reporting = 0;
        long active = 0;
        long inactive = 0;
        Double perSecond = null;
        for (ClusterRecord cluster : clusters.values()) {
            ClusterView view = view(cluster);
            configurations.merge(new ModeAndScheduler(view.mode(), view.scheduler()), 1, Integer::sum);
            provisioning.merge(view.provisioningState(), 1, Integer::sum);
            power.merge(view.powerState(), 1, Integer::sum);
            drifted += view.drift() == null ? 0 : 1;
            expected += view.nodeCount();
            ClusterView.HealthSummary health = view.health();
            if (health != null) {
                clustersReporting += health.nodesReporting() > 0 ? 1 : 0;
                reporting += health.nodesReporting();
                active += health.activeConnections();
                inactive += health.inactiveConnections();
                if (health.connectionsPerSecond() != null) {
                    perSecond = (perSecond == null ? 0 : perSecond) + health.connectionsPerSecond();
                }
                for (ClusterView.Observed each : health.observed()) {
                    observed.merge(new ModeAndScheduler(each.mode(), each.scheduler()), (long) each.nodes(), Long::sum);
                }
            }
        }
        Map<String, Integer> states = new TreeMap<>();
        rollouts.values().forEach(rollout -> states.merge(rollout.state().name(), 1, Integer::sum));
        return new FleetOverview(
                clusters.size(),
                configurations.entrySet().stream()
                        .sorted(mostFirst())
                        .map(entry -> new FleetOverview.Configuration(
                                String.valueOf(entry.getKey().mode()),
                                entry.getKey().scheduler(),
                                entry.getValue()))
                        .toList(),
                provisioning,
                power,
                drifted,
                new FleetOverview.Nodes(expected, reporting, clustersReporting),
                observed.entrySet().stream()
                        .sorted(mostFirst())
                        .map(entry -> new FleetOverview.ObservedNodes(
                                entry.getKey().mode(), entry.getKey().scheduler(), entry.getValue()))
                        .toList(),
                new FleetOverview.Connections(active, inactive, perSecond),
                states,
                subscriptions.values().stream()
                        .map(each -> new FleetOverview.SubscriptionSummary(
                                each.subscription(), each.clusterCount(), each.kubeProxyFeature()))
                        .toList());
    }

    private static <N extends Comparable<N>> Comparator<Map.Entry<ModeAndScheduler, N>> mostFirst() {
        return Map.Entry.<ModeAndScheduler, N>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey().toString());
    }

    private static <V> void put(Map<String, V> map, String key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    private static <V> void putNested(Map<String, Map<String, V>> map, String outer, String inner, @Nullable V value) {
        if (value != null) {
            map.computeIfAbsent(outer, _ -> new HashMap<>()).put(inner, value);
            return;
        }
        Map<String, V> nested = map.get(outer);
        if (nested != null) {
            nested.remove(inner);
            if (nested.isEmpty()) {
                map.remove(outer);
            }
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
