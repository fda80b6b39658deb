package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A seeded world that answers, fails, repeats itself and presses every button; what must always hold is checked after every event. */
class RolloutSimulationProperties {

    private static final int STEPS = 400;
    private static final int STEPS_TO_SETTLE = 2_000;

    @Property(tries = 300)
    void whatMustAlwaysHoldHoldsAfterEveryEvent(@ForAll long seed) {
        World world = new World(new Random(seed));
        for (int i = 0; i < STEPS; i++) {
            world.step();
            world.check();
        }
        world.settle();
    }

    private static final class World {
        private final Random random;
        private final Driver driver;
        private final List<Operation> seen = new ArrayList<>();
        private final Map<String, Long> generations = new HashMap<>();

        World(Random random) {
            this.random = random;
            this.driver = new Driver(Fleets.of(random.nextInt(25)));
            driver.publish("a", spec());
        }

        private FleetConfig.Spec spec() {
            List<StageSpec> stages = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                stages.add(new StageSpec(
                        "stage-" + i,
                        i == count - 1
                                ? null
                                : random.nextBoolean() ? Amount.of(random.nextInt(5)) : Amount.percent(30),
                        Amount.of(1 + random.nextInt(5)),
                        Amount.of(random.nextInt(3)),
                        Duration.ofSeconds(random.nextInt(3) * 30L),
                        random.nextInt(6) == 0 ? StageSpec.Approval.values()[random.nextInt(2)] : null));
            }
            return new FleetConfig.Spec(
                    random.nextBoolean() ? Fleets.IPVS_LC : Fleets.IPVS_RR,
                    Fleets.names("*"),
                    0,
                    new Strategy(
                            stages,
                            random.nextBoolean() ? Strategy.OnFailure.Pause : Strategy.OnFailure.Continue,
                            Duration.ofMinutes(10),
                            random.nextInt(4) == 0 ? new Gate(0) : Gate.DEFAULT),
                    FleetConfig.Drift.Report,
                    FleetConfig.NewClusters.values()[random.nextInt(2)]);
        }

        void step() {
            seen.addAll(driver.operations());
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> driver.tick(Duration.ofSeconds(random.nextInt(60)));
                case 4, 5, 6 -> pick(driver.operations(), operation -> driver.outcome(operation, result()));
                case 7 -> pick(seen, operation -> driver.outcome(operation, result()));
                case 8, 9 -> pick(seen, driver::show);
                case 10 -> driver.command(driver.latest("a"), Action.values()[random.nextInt(Action.values().length)]);
                default -> rarely();
            }
        }

        private void rarely() {
            switch (random.nextInt(5)) {
                case 0 -> driver.publish("a", spec());
                case 1 -> driver.publish("b", spec());
                case 2 -> driver.fleet.inventory.remove(Fleets.id(random.nextInt(25)));
                case 3 -> {
                    int newcomer = 100 + random.nextInt(5);
                    driver.fleet.inventory.put(Fleets.id(newcomer), Fleets.cluster(newcomer));
                }
                default -> {
                    String id = Fleets.id(random.nextInt(25));
                    driver.fleet.inventory.computeIfPresent(
                            id,
                            (_, cluster) -> Fleets.withProvisioningState(
                                    cluster, random.nextBoolean() ? "Succeeded" : "Upgrading"));
                }
            }
        }

        private Outcome.Result result() {
            return switch (random.nextInt(8)) {
                case 0 -> new Outcome.Failed("SomeArmCode", "no");
                case 1 -> new Outcome.Skipped("ScopeLocked", "locked");
                case 2 -> new Outcome.Gone();
                case 3 -> new Outcome.Waiting("TooManyRequests", "429");
                default -> new Outcome.Applied(KubeProxyConfig.UNSET, true);
            };
        }

        private void pick(List<Operation> from, java.util.function.Consumer<Operation> action) {
            if (!from.isEmpty()) {
                action.accept(from.get(random.nextInt(from.size())));
            }
        }

        void check() {
            for (Rollout rollout : driver.fleet.rollouts.values()) {
                checkCounts(rollout);
                checkOrder(rollout);
                checkCaps(rollout);
            }
            checkOneWriter();
            driver.fleet.configs.forEach((name, config) -> {
                long before = generations.getOrDefault(name, 0L);
                assertThat(config.generation()).isGreaterThanOrEqualTo(before);
                generations.put(name, config.generation());
            });
        }

        private void checkCounts(Rollout rollout) {
            for (int i = 0; i < rollout.stages().size(); i++) {
                int stage = i;
                Tally tally = new Tally();
                driver.fleet.clustersOf(rollout.id()).stream()
                        .filter(cluster -> cluster.stage() == stage)
                        .forEach(cluster -> tally.add(cluster.state()));
                assertThat(rollout.stages().get(i).counts()).isEqualTo(tally.counts());
            }
        }

        private static void checkOrder(Rollout rollout) {
            boolean allDone = true;
            for (Stage stage : rollout.stages()) {
                if (!(stage.state() instanceof StageState.Waiting)) {
                    assertThat(allDone)
                            .as(
                                    "stage %s started before the one before it was done",
                                    stage.spec().name())
                            .isTrue();
                }
                allDone &= stage.state() instanceof StageState.Done;
            }
        }

        private static void checkCaps(Rollout rollout) {
            for (Stage stage : rollout.stages()) {
                assertThat(stage.inFlight()).isLessThanOrEqualTo(stage.maxConcurrent());
            }
        }

        /** Each cluster in state Updating has exactly the operation that is out for it, and no operation is without one. */
        private void checkOneWriter() {
            Map<String, RolloutId> writers = new HashMap<>();
            driver.fleet
                    .clusters
                    .values()
                    .forEach(clusters -> clusters.values().forEach(cluster -> {
                        if (cluster.state() instanceof ClusterState.Updating) {
                            assertThat(writers.put(cluster.cluster(), cluster.rollout()))
                                    .as("two writers of %s", cluster.cluster())
                                    .isNull();
                        }
                    }));
            assertThat(driver.fleet.operations.keySet()).isEqualTo(writers.keySet());
            driver.operations()
                    .forEach(operation -> assertThat(operation.rollout())
                            .isEqualTo(String.valueOf(writers.get(operation.cluster()))));
        }

        /** Once the world is kind again, everything ends or says what it waits for. */
        void settle() {
            driver.fleet.inventory.replaceAll((_, cluster) -> Fleets.withProvisioningState(cluster, "Succeeded"));
            for (int i = 0; i < STEPS_TO_SETTLE && isAnyOpen(); i++) {
                driver.operations().forEach(driver::applied);
                driver.tick(Duration.ofSeconds(30));
                driver.fleet
                        .clusters
                        .values()
                        .forEach(clusters -> clusters.values()
                                .forEach(cluster -> driver.fleet.evidence.put(
                                        cluster.cluster(),
                                        Fleets.evidence(
                                                driver.rollout(cluster.rollout())
                                                        .spec()
                                                        .kubeProxy()
                                                        .effective(),
                                                Fleets.NODES,
                                                driver.now()))));
                List.copyOf(driver.fleet.configs.values()).forEach(config -> {
                    driver.command(config.latestRollout(), Action.Resume);
                    driver.command(config.latestRollout(), Action.Approve);
                });
                check();
            }
            driver.fleet
                    .rollouts
                    .values()
                    .forEach(rollout -> assertThat(rollout.state())
                            .satisfiesAnyOf(
                                    state -> assertThat(state).isInstanceOf(RolloutState.Ended.class),
                                    state -> assertThat(state)
                                            .isInstanceOfSatisfying(
                                                    RolloutState.Planned.class,
                                                    planned -> assertThat(planned.code())
                                                            .isIn("NoClusterMatches", "InventoryPending"))));
        }

        private boolean isAnyOpen() {
            return driver.fleet.rollouts.values().stream()
                    .anyMatch(rollout -> rollout.isOpen() && !(rollout.state() instanceof RolloutState.Planned));
        }
    }
}
