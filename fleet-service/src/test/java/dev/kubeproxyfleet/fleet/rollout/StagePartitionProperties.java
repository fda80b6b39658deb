package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** However a strategy cuts a fleet, nothing is lost, taken twice or rounded against what a person would expect. */
class StagePartitionProperties {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** What becomes of a cluster in the fleets tried. */
    private enum Kind {
        Eligible,
        Converged,
        Impossible
    }

    @Property
    void everySelectedClusterIsInExactlyOnePlace(
            @ForAll("stages") List<StageSpec> stages, @ForAll("fleets") List<Kind> fleet) {
        Planner.Plan.Ready plan = plan(stages, fleet);
        List<String> placed = Stream.concat(
                        plan.parts().stream()
                                .flatMap(part -> Stream.concat(part.clusters().stream(), part.converged().stream()))
                                .map(Planner.Taken::cluster),
                        plan.skipped().stream().map(Planner.Skipped::cluster))
                .map(ClusterRecord::id)
                .toList();

        assertThat(placed)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, fleet.size()).mapToObj(Fleets::id).toList());
        assertThat(plan.skipped()).allSatisfy(skipped -> {
            Kind kind = fleet.get(number(skipped.cluster()));
            assertThat(skipped.code() == ClusterReason.NoStage).isEqualTo(kind != Kind.Impossible);
        });
    }

    @Property
    void aStageTakesTheFirstThatItMayUpToItsSize(
            @ForAll("stages") List<StageSpec> stages, @ForAll("fleets") List<Kind> fleet) {
        Planner.Plan.Ready plan = plan(stages, fleet);
        List<Integer> left = new ArrayList<>(IntStream.range(0, fleet.size())
                .filter(number -> fleet.get(number) == Kind.Eligible)
                .boxed()
                .toList());
        int eligible = left.size();
        for (int i = 0; i < stages.size(); i++) {
            StageSpec stage = stages.get(i);
            List<Integer> expected = left.stream()
                    .filter(number -> group(stage, number) >= 0)
                    .limit(size(stage.size(), eligible))
                    .toList();

            assertThat(plan.parts().get(i).clusters())
                    .extracting(taken -> number(taken.cluster()))
                    .containsExactlyElementsOf(expected);
            assertThat(plan.parts().get(i).clusters())
                    .allSatisfy(taken -> assertThat(taken.group()).isEqualTo(group(stage, number(taken.cluster()))));
            left.removeAll(expected);
        }
        assertThat(plan.skipped().stream()
                        .map(skipped -> number(skipped.cluster()))
                        .filter(number -> fleet.get(number) == Kind.Eligible))
                .as("what no stage takes")
                .containsExactlyInAnyOrderElementsOf(left);
    }

    @Property
    void aConvergedClusterIsSeenByTheLastStageThatTakesIt(
            @ForAll("stages") List<StageSpec> stages, @ForAll("fleets") List<Kind> fleet) {
        Planner.Plan.Ready plan = plan(stages, fleet);
        for (int i = 0; i < stages.size(); i++) {
            int stage = i;
            assertThat(plan.parts().get(i).converged()).allSatisfy(taken -> {
                int number = number(taken.cluster());
                assertThat(fleet.get(number)).isEqualTo(Kind.Converged);
                assertThat(taken.group()).isEqualTo(group(stages.get(stage), number));
                assertThat(stages.subList(stage + 1, stages.size())).noneMatch(later -> group(later, number) >= 0);
            });
        }
    }

    @Property
    void capsRoundDownAndLetAtLeastOneGo(
            @ForAll("stages") List<StageSpec> stages,
            @ForAll @IntRange(max = 5_000) int clusters,
            @ForAll @IntRange(max = 5_000) int ofGroup) {
        for (StageSpec spec : stages) {
            Map<Integer, Integer> sizes = new HashMap<>();
            for (int group = 0; group < spec.groups().size(); group++) {
                sizes.put(group, ofGroup);
            }
            Stage stage = Stage.planned(
                    spec,
                    new StageState.Waiting(NOW),
                    new RolloutStatus.Counts(clusters, 0, 0, 0, 0, 0, 0),
                    clusters,
                    sizes);

            assertThat(stage.maxConcurrent()).isEqualTo(Math.max(1, floor(spec.maxConcurrent(), clusters)));
            assertThat(stage.maxFailures()).isEqualTo(floor(spec.maxFailures(), clusters));
            assertThat(stage.groups()).hasSize(Math.max(1, spec.groups().size()));
            for (int group = 0; group < spec.groups().size(); group++) {
                assertThat(stage.groups().get(group).maxConcurrent())
                        .isEqualTo(Math.max(1, floor(spec.groups().get(group).maxConcurrent(), ofGroup)));
            }
            assertThat(stage.room()).isEqualTo(stage.maxConcurrent());
        }
    }

    @Property
    void stagesOfAHundredPercentLeaveNothing(
            @ForAll("fleets") List<Kind> fleet, @ForAll @IntRange(max = 100) int part) {
        List<StageSpec> stages =
                List.of(stage("first", Amount.percent(part)), stage("second", Amount.percent(100 - part)));

        assertThat(plan(stages, fleet).skipped())
                .extracting(Planner.Skipped::code)
                .doesNotContain(ClusterReason.NoStage);
    }

    private static Planner.Plan.Ready plan(List<StageSpec> stages, List<Kind> kinds) {
        InMemoryFleet fleet = Fleets.of(kinds.size());
        for (int i = 0; i < kinds.size(); i++) {
            ClusterRecord cluster = Fleets.cluster(i);
            fleet.inventory.put(
                    cluster.id(),
                    switch (kinds.get(i)) {
                        case Eligible -> cluster;
                        case Converged -> Fleets.running(cluster, Fleets.IPVS_LC);
                        case Impossible -> Fleets.cilium(cluster);
                    });
        }
        FleetConfig.Spec spec = Fleets.spec(Fleets.IPVS_LC, Fleets.strategy(stages.toArray(new StageSpec[0])));
        return (Planner.Plan.Ready) Planner.plan(fleet, "prod", spec, RolloutStatus.Cause.Retry, _ -> true, NOW);
    }

    private static int number(ClusterRecord cluster) {
        return Integer.parseInt(cluster.name().substring("prod-".length()));
    }

    /** A share of all eligible ones rounds up. */
    private static int size(@Nullable Amount size, int eligible) {
        if (size == null) {
            return eligible;
        }
        return size.percent()
                ? BigDecimal.valueOf(eligible)
                        .multiply(BigDecimal.valueOf(size.value()))
                        .divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING)
                        .intValueExact()
                : size.value();
    }

    private static int floor(Amount amount, int clusters) {
        return amount.percent()
                ? BigDecimal.valueOf(clusters)
                        .multiply(BigDecimal.valueOf(amount.value()))
                        .divide(BigDecimal.valueOf(100), 0, RoundingMode.FLOOR)
                        .intValueExact()
                : amount.value();
    }

    /** The group that takes a cluster by the last digit of its name; below 0 if the stage does not. */
    private static int group(StageSpec stage, int number) {
        if (stage.selector() != null && !matches(stage.selector(), number)) {
            return -1;
        }
        if (stage.groups().isEmpty()) {
            return 0;
        }
        for (int i = 0; i < stage.groups().size(); i++) {
            if (matches(stage.groups().get(i).selector(), number)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(Selector selector, int number) {
        return selector.names().stream().anyMatch(glob -> glob.endsWith(String.valueOf(number % 10)));
    }

    @Provide
    Arbitrary<List<Kind>> fleets() {
        return Arbitraries.frequency(
                        Tuple.of(6, Kind.Eligible), Tuple.of(2, Kind.Converged), Tuple.of(1, Kind.Impossible))
                .list()
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<StageSpec>> stages() {
        Arbitrary<Amount> amounts = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 40).map(Amount::of),
                Arbitraries.integers().between(0, 100).map(Amount::percent));
        Arbitrary<Selector> selectors = Arbitraries.integers()
                .between(0, 9)
                .set()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(digits -> new Selector(
                        List.of(),
                        List.of(),
                        List.of(),
                        digits.stream().map(digit -> "prod-*" + digit).toList(),
                        List.of(),
                        Selector.Tags.NONE,
                        null));
        Arbitrary<List<StageSpec.Group>> groups = Combinators.combine(selectors, amounts)
                .as((selector, concurrent) -> new StageSpec.Group("group", selector, concurrent))
                .list()
                .ofMaxSize(3);
        return Combinators.combine(amounts.injectNull(0.3), amounts, amounts, selectors.injectNull(0.5), groups)
                .as((size, concurrent, failures, selector, inside) ->
                        new StageSpec("stage", size, concurrent, failures, Duration.ZERO, null, selector, inside))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    private static StageSpec stage(String name, Amount size) {
        return new StageSpec(name, size, Amount.of(1), Amount.of(0), Duration.ZERO, null);
    }
}
