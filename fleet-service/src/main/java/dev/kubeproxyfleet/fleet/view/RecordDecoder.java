package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.access.Demands;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.intake.Intake;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import dev.kubeproxyfleet.schemas.binary.Unreadable;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of a record into a {@link Change}; a record it cannot read is a value, never an exception. */
final class RecordDecoder {

    private static final String CLUSTER_KEY_PART = "/managedclusters/";
    private static final String SUBSCRIPTION_KEY_PREFIX = "/subscriptions/";

    private final Strategy defaults;
    private final Vouchers vouchers;
    private final KafkaWriters writers;

    /**
     * @param defaults what a stored strategy leaves out
     * @param vouchers know again which one the service has published
     * @param writers may publish others, or not
     */
    RecordDecoder(Strategy defaults, Vouchers vouchers, KafkaWriters writers) {
        this.defaults = defaults;
        this.vouchers = vouchers;
        this.writers = writers;
    }

    /** What became of the bytes. */
    sealed interface Decoded {
        record Understood(Change change) implements Decoded {}

        record Unreadable(String reason) implements Decoded {}

        /** A topic, or a kind of record, that the read model does not fold. */
        record Ignored() implements Decoded {}
    }

    /** @param headers only {@code desired} needs them, where anyone may publish in any form */
    Decoded decode(Topic topic, @Nullable String key, byte @Nullable [] value, Headers headers) {
        if (key == null) {
            return new Decoded.Unreadable("the record has no key");
        }
        try {
            return switch (topic) {
                case ROLLOUTS -> {
                    RolloutStatus status = json(value, RolloutStatus.class);
                    yield status == null || isOf(key, status)
                            ? understood(new Change.Rollout(key, status))
                            : misplaced(status.id());
                }
                case ROLLOUT_CLUSTERS -> rolloutCluster(key, value);
                case CONFIGS -> {
                    ConfigStatus status = json(value, ConfigStatus.class);
                    yield status == null || isOf(key, status)
                            ? understood(new Change.Config(key, status))
                            : misplaced(status.name());
                }
                case CLUSTERS -> clusterOrSubscription(key, value);
                case CLUSTER_HEALTH -> health(key, value);
                case CLUSTER_KUBERNETES -> kubernetes(key, value);
                case AUDIT -> {
                    AuditRecord entry = json(value, AuditRecord.class);
                    yield entry == null ? new Decoded.Ignored() : understood(new Change.Audit(entry));
                }
                case DESIRED -> strategy(key, value, headers);
                case COMMANDS, NEW_CLUSTERS, REJECTED, OPERATIONS, OUTCOMES, NODE_STATS -> new Decoded.Ignored();
            };
        } catch (IOException | RuntimeException e) {
            // Records refuse what is missing in their own ways.
            return new Decoded.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** What the controller refuses is no strategy, and what it made of a config is on {@code configs}. */
    private Decoded strategy(String key, byte @Nullable [] value, Headers headers) {
        if (!key.startsWith(FleetStrategy.KEY_PREFIX)) {
            return new Decoded.Ignored();
        }
        return switch (Intake.read(
                key.getBytes(StandardCharsets.UTF_8), value, headers, Topic.DESIRED.suffix(), defaults, vouchers)) {
            case Intake.Received.Accepted(FleetEvent.StrategyPublished published, Warrant warrant)
            when isTaken(warrant, Permission.Publish) ->
                understood(new Change.Strategy(
                        published.strategy().name(),
                        published.strategy(),
                        Origin.of(published.source()).orElse(null)));
            case Intake.Received.Accepted(FleetEvent.StrategyDeleted deleted, Warrant warrant)
            when isTaken(warrant, Permission.Delete) -> understood(new Change.Strategy(deleted.name(), null, null));
            case Intake.Received.Accepted _, Intake.Received.Rejected _ -> new Decoded.Ignored();
        };
    }

    private boolean isTaken(Warrant warrant, Permission permission) {
        return switch (warrant) {
            case Warrant.NotAsked _, Warrant.Vouched _ -> true;
            case Warrant.Disproved _ -> false;
            case Warrant.Claimed _ ->
                writers.objection(Topic.DESIRED, List.of(Demands.ofFleet(permission)))
                        .isEmpty();
        };
    }

    private static Decoded rolloutCluster(String key, byte @Nullable [] value) throws IOException {
        int slash = key.indexOf('/');
        if (slash <= 0 || RolloutId.parse(key.substring(0, slash)).isEmpty()) {
            return new Decoded.Unreadable("the key is not <rollout id><cluster id>");
        }
        RolloutClusterStatus status = json(value, RolloutClusterStatus.class);
        return status == null || status.key().equals(key)
                ? understood(new Change.RolloutCluster(key.substring(0, slash), key.substring(slash), status))
                : misplaced(status.key());
    }

    /** Others are found by a rollout's config and generation, so these must be those of its id. */
    private static boolean isOf(String key, RolloutStatus status) {
        return status.id().equals(key) && status.id().equals(status.config() + "." + status.generation());
    }

    /** The rollouts that it names are looked up and shown as this config's. */
    private static boolean isOf(String key, ConfigStatus status) {
        return status.name().equals(key)
                && status.latestRollout().equals(key + "." + status.generation())
                && Stream.of(status.latestRollout(), status.fullRollout(), status.activeRollout(), status.stoppedBy())
                        .filter(Objects::nonNull)
                        .allMatch(id -> RolloutId.parse(id)
                                .filter(rollout -> rollout.config().equals(key))
                                .isPresent());
    }

    private static Decoded health(String key, byte @Nullable [] value) {
        if (value == null) {
            return understood(new Change.Health(key, null));
        }
        return AvroReader.clusterHealth(key, value)
                .map(health -> understood(new Change.Health(key, health)))
                .orElseGet(() -> unreadable(AvroReader.CLUSTER_HEALTH, value));
    }

    private static Decoded kubernetes(String key, byte @Nullable [] value) {
        if (value == null) {
            return understood(new Change.Kubernetes(key, null));
        }
        return AvroReader.clusterKubernetes(key, value)
                .map(record -> understood(new Change.Kubernetes(key, record)))
                .orElseGet(() -> unreadable(AvroReader.CLUSTER_KUBERNETES, value));
    }

    private static Decoded unreadable(AvroReader<?> reader, byte[] value) {
        return switch (reader.objection(value)) {
            case UNKNOWN_VERSION -> new Decoded.Unreadable(Unreadable.UNKNOWN_VERSION.message());
            case NO_RECORD -> new Decoded.Unreadable("it tells nothing of the cluster that is its key");
        };
    }

    /** Kept under another key than its own it would be shown as what it is not. */
    private static Decoded misplaced(String own) {
        return new Decoded.Unreadable("it is about " + own + ", which is not its key");
    }

    private static Decoded clusterOrSubscription(String key, byte @Nullable [] value) throws IOException {
        if (key.contains(CLUSTER_KEY_PART)) {
            ClusterRecord cluster = json(value, ClusterRecord.class);
            return cluster == null || cluster.id().equals(key)
                    ? understood(new Change.Cluster(key, cluster))
                    : misplaced(cluster.id());
        }
        if (key.startsWith(SUBSCRIPTION_KEY_PREFIX)) {
            SubscriptionRecord subscription = json(value, SubscriptionRecord.class);
            return subscription == null || subscription.key().equals(key)
                    ? understood(new Change.Subscription(key.substring(SUBSCRIPTION_KEY_PREFIX.length()), subscription))
                    : misplaced(subscription.key());
        }
        return new Decoded.Unreadable("the key is neither a cluster's nor a subscription's");
    }

    private static <T extends Record> @Nullable T json(byte @Nullable [] value, Class<T> type) throws IOException {
        return value == null ? null : Contract.read(value, type);
    }

    private static Decoded understood(Change change) {
        return new Decoded.Understood(change);
    }
}
