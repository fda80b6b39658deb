package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** More to do never ends earlier. */
class ForecastProperties {

    private static final Instant NOW = Instant.parse("2026-03-27T12:00:00Z");

    @Property
    void itEndsBetweenTheEarliestAndTheLatestAndNotBeforeItBegins(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(max = 20) int subscriptions) {
        Forecast forecast = Forecast.of(strategy, loads, subscriptions, NOW);

        assertThat(forecast.earliestEnd()).isAfterOrEqualTo(NOW);
        assertThat(forecast.latestEnd()).isAfterOrEqualTo(forecast.earliestEnd());
    }

    @Property
    void moreClustersOrALongerBakeEndNoEarlier(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(max = 3) int stage,
            @ForAll @IntRange(max = 500) int moreClusters,
            @ForAll @IntRange(max = 600) int moreMinutes) {
        int index = stage % loads.size();
        Forecast.Load load = loads.get(index);
        List<Forecast.Load> more = new ArrayList<>(loads);
        more.set(
                index,
                new Forecast.Load(
                        load.clusters() + moreClusters,
                        load.maxConcurrent(),
                        load.bake().plusMinutes(moreMinutes)));

        assertNoEarlier(Forecast.of(strategy, more, 2, NOW), Forecast.of(strategy, loads, 2, NOW));
    }

    @Property
    void aLaterStartEndsNoEarlier(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(max = 20_000) int minutes) {
        assertNoEarlier(
                Forecast.of(strategy, loads, 2, NOW.plus(Duration.ofMinutes(minutes))),
                Forecast.of(strategy, loads, 2, NOW));
    }

    @Property
    void fewerSubscriptionsEndNoEarlier(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(min = 1, max = 20) int few,
            @ForAll @IntRange(max = 20) int more) {
        assertNoEarlier(Forecast.of(strategy, loads, few, NOW), Forecast.of(strategy, loads, few + more, NOW));
    }

    @Property
    void windowsNeverMakeItEarlier(
            @ForAll("strategies") Strategy strategy, @ForAll("loads") List<Forecast.Load> loads) {
        Strategy anyTime = new Strategy(strategy.stages(), strategy.onFailure(), strategy.deadline(), strategy.gate());

        assertNoEarlier(Forecast.of(strategy, loads, 2, NOW), Forecast.of(anyTime, loads, 2, NOW));
    }

    private static void assertNoEarlier(Forecast forecast, Forecast than) {
        assertThat(forecast.earliestEnd()).isAfterOrEqualTo(than.earliestEnd());
        assertThat(forecast.latestEnd()).isAfterOrEqualTo(than.latestEnd());
    }

    @Provide
    Arbitrary<List<Forecast.Load>> loads() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2_000),
                        Arbitraries.integers().between(50, 2_000),
                        Arbitraries.integers().between(0, 120).map(Duration::ofMinutes))
                .as(Forecast.Load::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** Some with a deadline below what a change takes as a rule. */
    @Provide
    Arbitrary<Strategy> strategies() {
        Arbitrary<Windows.Window> windows = Combinators.combine(
                        Arbitraries.of(Windows.Day.values()).set().ofMinSize(1),
                        Arbitraries.integers().between(0, 23).map(hour -> LocalTime.of(hour, 30)),
                        Arbitraries.integers().between(10, 600).map(Duration::ofMinutes),
                        Arbitraries.of("Europe/Amsterdam", "Australia/Lord_Howe")
                                .map(ZoneId::of))
                .as((days, start, duration, zone) -> new Windows.Window(List.copyOf(days), start, duration, zone));
        return Combinators.combine(
                        windows.list().ofMaxSize(2), Arbitraries.integers().between(1, 7_200))
                .as((schedule, deadline) -> new Strategy(
                        Strategy.DEFAULT_STAGES,
                        Strategy.OnFailure.Pause,
                        Duration.ofSeconds(deadline),
                        Gate.DEFAULT,
                        new Windows(false, schedule),
                        null));
    }
}
