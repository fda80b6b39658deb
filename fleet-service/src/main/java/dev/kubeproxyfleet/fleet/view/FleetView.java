package dev.kubeproxyfleet.fleet.view;

import static java.util.Comparator.comparing;

import dev.kubeproxyfleet.fleet.health.AgentJudge;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import dev.kubeproxyfleet.schemas.view.GateHistory;
import dev.kubeproxyfleet.schemas.view.OriginView;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as it is, folded from the topics that show it. Thread-safe.
 *
 * <p>Folding is idempotent: the same records again, in the order of their partitions, change nothing. Every change is told to
 * the event streams, and an audit record also to the request that waits for it.
 */
public final class FleetView {

    private final Notice.Listener streams;
    private final AuditListener requests;

    private final ReentrantLock lock = new ReentrantLock();
    private final Reached reached = new Reached(lock);
    private final Notices notices = new Notices(this);
    private final Changes changes;
    private final FoldedClusters inventory;
    private final FoldedRollouts rollouts;
    private final GateHistories gates = new GateHistories();
    private final GateTally tally = new GateTally();
    private final FoldedStrategies strategies = new FoldedStrategies();
    private final AuditTrail audit;
    private final ClusterProjector clusterProjector;
    private final OverviewProjector overviewProjector;
    private final Facts facts;
    private @Nullable FleetOverview overview;

    private volatile boolean caughtUp;

    public FleetView(Notice.Listener streams, AuditListener requests, int historyPoints, int auditLimit) {
        this(streams, requests, historyPoints, auditLimit, new Changes(Changes.MAX_THINGS));
    }

    FleetView(Notice.Listener streams, AuditListener requests, int historyPoints, int auditLimit, Changes changes) {
        this.changes = changes;
        this.streams = streams;
        this.requests = requests;
        this.inventory = new FoldedClusters(historyPoints);
        this.rollouts = new FoldedRollouts(inventory);
        this.audit = new AuditTrail(auditLimit);
        this.clusterProjector = new ClusterProjector(inventory, rollouts);
        this.overviewProjector = new OverviewProjector(inventory, rollouts, clusterProjector);
        this.facts = new Facts(inventory, rollouts, strategies.names(), clusterProjector);
    }

    /** True once everything that the topics held at start is folded. */
    public boolean caughtUp() {
        return caughtUp;
    }

    void markCaughtUp() {
        caughtUp = true;
        streams.tell(Notice.reload());
    }

    /** Folds a record as if it were the next one of its topic: for whoever feeds the view by hand. */
    public void apply(Change change) {
        Partition partition = new Partition(change.topic(), 0);
        long offset = position().offset(partition);
        apply(change, partition, offset);
        reached(position().with(partition, offset + 1));
    }

    /** Folds the record that stands there. */
    void apply(Change change, Partition partition, long offset) {
        List<Notice> news = locked(() -> {
            overview = null;
            List<Notice> made = fold(change);
            made.forEach(notice -> changes.add(notice, partition, offset));
            return made;
        });
        news.forEach(streams::tell);
        if (change instanceof Change.Audit(AuditRecord entry)) {
            requests.recorded(entry);
        }
    }

    /** All that stands before this position is folded and told. */
    void reached(Position now) {
        reached.set(now);
    }

    /** All before this position is in what is read after it was asked for, and was told to the event streams before. */
    public Position position() {
        return reached.position();
    }

    /**
     * Waits until all that stands before these offsets is folded.
     *
     * @return false if it was not in time
     */
    boolean awaitReached(Map<Partition, Long> offsets, Duration patience) throws InterruptedException {
        return reached.await(patience, now -> now.covers(offsets) ? Optional.of(now) : Optional.empty())
                .isPresent();
    }

    /**
     * What changed since a position, by its text.
     *
     * @param patience how long to wait until this replica has read as far
     */
    public Since since(String text, Duration patience) throws InterruptedException {
        return reached.await(patience, now -> since(text, now)).orElseGet(Since.Behind::new);
    }

    /** Empty as long as this replica has not read as far. */
    private Optional<Since> since(String text, Position now) {
        if (now == Position.START) {
            return Optional.empty();
        }
        Position asked = Position.parse(text, now.log(), now.partitions()).orElse(null);
        if (asked == null) {
            return Optional.of(new Since.Unknown());
        }
        return now.covers(asked.next())
                ? Optional.of(changes.since(asked, now)
                        .<Since>map(since -> changed(since, now))
                        .orElseGet(Since.Unknown::new))
                : Optional.empty();
    }

    private Since.Changed changed(List<Notice> since, Position upTo) {
        since.add(notices.fleet());
        return new Since.Changed(since, upTo);
    }

    private List<Notice> fold(Change change) {
        return switch (change) {
            case Change.Rollout rollout -> {
                RolloutStatus before = rollouts.get(rollout.id()).orElse(null);
                rollouts.fold(rollout);
                List<Notice> news = new ArrayList<>();
                news.add(notices.rollout(rollout.id()));
                if (before == null || rollout.status() == null) {
                    // Which rollout is a cluster's latest can be another one now.
                    rollouts.clusterIdsOf(rollout.id()).forEach(id -> news.add(notices.cluster(id)));
                }
                news.add(notices.fleet());
                if (rollout.status() == null) {
                    gates.forget(rollout.id());
                    yield news;
                }
                gates.fold(rollout.status());
                // What the topics held at start is of another time.
                if (caughtUp) {
                    tally.fold(before, rollout.status());
                }
                yield news;
            }
            case Change.Config config -> {
                ConfigStatus before = rollouts.config(config.name()).orElse(null);
                rollouts.fold(config);
                List<Notice> news = new ArrayList<>();
                if (!ConfigStatus.holdAlike(before, config.status())) {
                    rollouts.clusterIdsOfConfig(config.name()).forEach(id -> news.add(notices.cluster(id)));
                }
                news.add(
                        config.status() == null
                                ? Notice.reload()
                                : notices.rollout(config.status().latestRollout()));
                news.add(notices.fleet());
                yield news;
            }
            case Change.RolloutCluster cluster -> {
                rollouts.fold(cluster);
                if (cluster.status() != null) {
                    gates.fold(cluster.status());
                }
                yield List.of(notices.rolloutCluster(cluster), notices.cluster(cluster.cluster()), notices.fleet());
            }
            case Change.Cluster cluster -> {
                inventory.fold(cluster);
                yield List.of(notices.cluster(cluster.id()), notices.fleet());
            }
            case Change.Subscription subscription -> {
                inventory.fold(subscription);
                yield List.of(notices.fleet());
            }
            case Change.Health health -> {
                inventory.fold(health);
                yield List.of(notices.cluster(health.cluster()), notices.fleet());
            }
            case Change.Kubernetes kubernetes -> {
                inventory.fold(kubernetes);
                yield List.of(notices.cluster(kubernetes.cluster()), notices.fleet());
            }
            case Change.Strategy strategy -> {
                strategies.fold(strategy);
                yield List.of();
            }
            case Change.Audit(AuditRecord entry) -> {
                audit.add(entry);
                yield List.of(Notices.audit(entry));
            }
        };
    }

    /** Before the topic is read again: each entry is a thing of its own, and would be there twice. */
    void forgetAudit() {
        locked(() -> {
            audit.clear();
            changes.forgetAudit();
            return audit;
        });
    }

    /** Runs {@code reading} while nothing is folded, so that all that it reads is of one moment. */
    public <T> T atOneMoment(Function<Facts, T> reading) {
        return locked(() -> reading.apply(facts));
    }

    /** Counted once after each change, and only if someone asks. */
    public FleetOverview overview() {
        return locked(() -> {
            FleetOverview known = overview;
            if (known == null) {
                known = overviewProjector.count();
                overview = known;
            }
            return known;
        });
    }

    /** Every cluster, by name and then by id. */
    public List<ClusterView> clusters() {
        return locked(() -> inventory.all().stream()
                .map(clusterProjector::view)
                .sorted(comparing(ClusterView::name).thenComparing(ClusterView::id))
                .toList());
    }

    /** One cluster with its nodes and history; empty if the inventory does not know it. */
    public Optional<ClusterDetail> cluster(String id) {
        return locked(() -> inventory.record(id).map(clusterProjector::detail));
    }

    /** @param nameOrId name or ARM resource id, without regard to case */
    public MeantCluster meant(String nameOrId) {
        return locked(() -> inventory.meant(nameOrId));
    }

    /** What is in force: the latest rollout of each config that is not deleted, by name. */
    public List<ConfigView> configs() {
        return locked(rollouts::configsInForce);
    }

    /** What Git has said last: of configs by name, and then of strategies. */
    public List<OriginView> origins() {
        return locked(() -> strategies.originsAfter(rollouts.origins()));
    }

    /** Every stored strategy, by name. */
    public List<FleetStrategy> strategies() {
        return locked(strategies::all);
    }

    public Optional<FleetStrategy> strategy(String name) {
        return locked(() -> strategies.get(name));
    }

    /** All that planning needs, as it is now. */
    public Inventory inventory() {
        return locked(facts::inventory);
    }

    /** Which agents run, where they are missing, and what is wrong with them. */
    public AgentsView agents() {
        FleetSnapshot now = clustersNow();
        return AgentJudge.judge(now.byId(), now.health(), now.kubernetes());
    }

    /** A copy, for whoever looks at every node: that takes too long to hold up what is folded. It has no claims. */
    FleetSnapshot clustersNow() {
        return locked(() -> inventory.snapshot(List.of()));
    }

    /** Clusters that a rollout writes, verifies or bakes, and those that have drifted. */
    Set<String> inHand() {
        return locked(rollouts::inHand);
    }

    /** What was written of a cluster's Kubernetes API last, whichever cluster of this id it is about; empty if nothing was. */
    Optional<ClusterKubernetes> kubernetes(String cluster) {
        return locked(() -> inventory.lastOfKubernetes(cluster));
    }

    /** Every rollout, newest first. */
    public List<RolloutStatus> rollouts() {
        return locked(rollouts::newestFirst);
    }

    /** A rollout by its id, or of the config of this name the one under way, of which there is one at most, or the latest. */
    public Optional<RolloutStatus> rollout(String idOrConfig) {
        return locked(() -> rollouts.find(idOrConfig));
    }

    /** What there is to say of a rollout that ended so long ago that it is kept no longer; empty of any other. */
    public Optional<String> removed(String id) {
        return locked(() -> rollouts.isRemoved(id) ? Optional.of(audit.ofRemoved(id)) : Optional.empty());
    }

    /** The same with its clusters, by stage and then by id. */
    public Optional<RolloutDetail> rolloutDetail(String idOrConfig) {
        return locked(() ->
                rollouts.find(idOrConfig).map(rollout -> new RolloutDetail(rollout, rollouts.clustersOf(rollout))));
    }

    /** A cluster in a rollout; empty if the rollout does not have it. */
    Optional<RolloutClusterStatus> rolloutCluster(String rollout, String cluster) {
        return locked(() -> rollouts.status(rollout, cluster));
    }

    /** How what the gates of a rollout compare has developed; empty if there is no such rollout, by {@link #rollout}. */
    public Optional<GateHistory> gates(String idOrConfig) {
        return locked(() -> rollouts.find(idOrConfig).map(gates::of));
    }

    /** The strongest evidence of a signal in a stage under way; NaN if it is compared in none. */
    double gateEvidence(Signal signal) {
        return locked(() -> GateTally.evidence(rollouts.all(), signal));
    }

    /** @param kind one of {@link GateTally#KINDS} */
    long gateVerdicts(String kind, GateVerdict verdict) {
        return locked(() -> tally.verdicts(kind, verdict));
    }

    /** Rollouts that a gate holds up, for this reason. */
    long heldByGates(RolloutReason reason) {
        return locked(() -> GateTally.held(rollouts.all(), reason));
    }

    /** Latest rollouts of configs that are not deleted, in this state. */
    long latestRollouts(RolloutStatus.State state) {
        return locked(() -> rollouts.latestIn(state));
    }

    /** Clusters of these rollouts, as far as {@code count} counts them. */
    int latestRolloutClusters(ToIntFunction<RolloutStatus.Counts> count) {
        return locked(() -> rollouts.latestOfConfigs().stream()
                .flatMap(rollout -> rollout.stages().stream())
                .mapToInt(stage -> count.applyAsInt(stage.clusters()))
                .sum());
    }

    /** The latest audit records, newest first, of one config or of all. */
    public List<AuditRecord> audit(@Nullable String config) {
        return locked(() -> audit.of(config));
    }

    /** Whether a lock that is likely to be there still has kept the latest rollout that has the cluster from changing it. */
    public boolean refusedByLock(String cluster) {
        return locked(() -> rollouts.refusedByLock(cluster));
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
