package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** An event costs as many accesses to stores in a large fleet as in a small one, and so does a tick between two joins. */
class ControllerCostTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration JOIN = Duration.ofSeconds(10);
    private static final int IN_FLIGHT = 5;

    @Test
    void anEventCostsTheSameWhateverTheFleet() throws IOException {
        Map<String, Integer> small = costs(60);
        Map<String, Integer> large = costs(3_000);

        assertThat(small).containsKeys("applied", "failed", "waiting", "stale", "command", "tick");
        assertThat(small.get("applied"))
                .as("what is not counted proves nothing")
                .isPositive();
        assertThat(large).as("most accesses by kind of event").isEqualTo(small);
    }

    /** It would walk over whatever was deleted before: the cost of a queue of thousands, however few are left in it. */
    @Test
    void anOutcomeWalksOverNoStore() throws IOException {
        Costs costs = new Costs(60);
        costs.process(new FleetEvent.ConfigPublished(FleetConfig.of("prod", spec()), "test", "publish", "alice", null));
        costs.tick();
        assertThat(costs.walks.get()).as("what is not counted proves nothing").isPositive();
        costs.walks.set(0);

        for (int i = 0; i < 60; i++) {
            costs.outcome(name(i), new Outcome.Applied(KubeProxyConfig.UNSET, true));
        }
        assertThat(costs.walks.get()).isZero();
    }

    /** Most accesses of one event of each kind in a rollout to so many clusters. */
    private static Map<String, Integer> costs(int clusters) throws IOException {
        Costs costs = new Costs(clusters);
        costs.process(new FleetEvent.ConfigPublished(FleetConfig.of("prod", spec()), "test", "publish", "alice", null));
        costs.tick();
        Map<String, Integer> most = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            String cluster = name(i);
            most.merge(
                    "waiting",
                    costs.outcome(cluster, new Outcome.Waiting(WorkerReason.Updating, "it is busy")),
                    Math::max);
            most.merge("command", costs.command(Command.Action.Pause, i), Math::max);
            most.merge("command", costs.command(Command.Action.Resume, i), Math::max);
            Outcome.Result result = i % 4 == 3
                    ? new Outcome.Failed(new AzureCode("SomeArmCode"), "ARM says no")
                    : new Outcome.Applied(KubeProxyConfig.UNSET, true);
            most.merge(i % 4 == 3 ? "failed" : "applied", costs.outcome(cluster, result), Math::max);
            most.merge("stale", costs.outcome(cluster, result), Math::max);
            most.merge("tick", costs.tick(), Math::max);
        }
        return most;
    }

    private static FleetConfig.Spec spec() {
        return new FleetConfig.Spec(
                new KubeProxyConfig(true, KubeProxyMode.IPVS, null),
                new Selector(List.of(), List.of(), List.of(), List.of("prod-*"), List.of(), Selector.Tags.NONE, null),
                0,
                new Strategy(
                        List.of(new StageSpec("all", null, Amount.of(IN_FLIGHT), Amount.of(100), Duration.ZERO, null)),
                        Strategy.OnFailure.Pause,
                        Duration.ofHours(1),
                        new Gate(0)),
                FleetConfig.Drift.Report,
                FleetConfig.NewClusters.Join);
    }

    /** By name is the order in which clusters start. */
    private static String name(int number) {
        return String.format(Locale.ROOT, "prod-%06d", number);
    }

    /** The controller's processor over stores that count. */
    private static final class Costs {
        private final AtomicInteger accesses = new AtomicInteger();
        private final AtomicInteger walks = new AtomicInteger();
        private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
        private final ControllerProcessor processor;
        private final Punctuator punctuator;
        private Instant now = START;

        Costs(int clusters) throws IOException {
            context.setCurrentSystemTimeMs(now.toEpochMilli());
            Stream.concat(Stores.ALL.stream(), Stream.of(Stores.INVENTORY, Stores.HEALTH))
                    .forEach(name -> context.addStateStore(counting(name)));
            KeyValueStore<String, byte[]> inventory = context.getStateStore(Stores.INVENTORY);
            for (int i = 0; i < clusters; i++) {
                inventory.put(
                        ControllerDriver.id(name(i)), Json.MAPPER.writeValueAsBytes(ControllerDriver.cluster(name(i))));
            }
            SubscriptionRecord subscription = new SubscriptionRecord(
                    ControllerDriver.SUBSCRIPTION, clusters, "Registered", List.of(ControllerDriver.SUBSCRIPTION));
            inventory.put(subscription.key(), Json.MAPPER.writeValueAsBytes(subscription));
            AtomicInteger ids = new AtomicInteger();
            processor = new ControllerProcessor(
                    new ControllerTopology.Timing(Duration.ofSeconds(1), JOIN),
                    Entrance.OPEN,
                    forwarding -> new EventForwarder(
                            forwarding,
                            () -> "id-" + ids.getAndIncrement(),
                            new ControllerCounters(),
                            DecisionTraces.OFF),
                    new ControllerCounters(),
                    DecisionTraces.OFF);
            processor.init(context);
            punctuator = context.scheduledPunctuators().getFirst().getPunctuator();
        }

        private KeyValueStore<String, byte[]> counting(String name) {
            KeyValueStore<String, byte[]> store = org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                            org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name),
                            Serdes.String(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
            store.init(context.getStateStoreContext(), store);
            return counting(KeyValueStore.class, store);
        }

        /** Counts every call, and every step of an iterator. */
        @SuppressWarnings("unchecked")
        private <T> T counting(Class<? super T> type, T counted) {
            return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                accesses.incrementAndGet();
                try {
                    Object result = method.invoke(counted, arguments);
                    if (result instanceof KeyValueIterator<?, ?> iterator) {
                        walks.incrementAndGet();
                        return counting(KeyValueIterator.class, iterator);
                    }
                    return result;
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        int process(FleetEvent event) {
            accesses.set(0);
            processor.process(new Record<>("prod", new Arrival(event, new Warrant.NotAsked()), now.toEpochMilli()));
            context.resetForwards();
            return accesses.get();
        }

        int outcome(String cluster, Outcome.Result result) {
            return process(new FleetEvent.OutcomeReported(
                    new Outcome("prod", "prod.1", 1, ControllerDriver.id(cluster), 1, result, now)));
        }

        int command(Command.Action action, int number) {
            return process(new FleetEvent.CommandGiven(
                    new Command(action + "-" + number, "prod", null, action, null, "bob", null, now)));
        }

        /** A tick; the first joins, and the next within {@link #JOIN} do not. */
        int tick() {
            now = now.plusMillis(100);
            context.setCurrentSystemTimeMs(now.toEpochMilli());
            accesses.set(0);
            punctuator.punctuate(now.toEpochMilli());
            context.resetForwards();
            return accesses.get();
        }
    }
}
