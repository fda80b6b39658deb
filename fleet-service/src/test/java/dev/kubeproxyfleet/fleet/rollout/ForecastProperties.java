package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
        Forecast forecast = forecast(strategy, loads, subscriptions, NOW);

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

        assertNoEarlier(forecast(strategy, more, 2, NOW), forecast(strategy, loads, 2, NOW));
    }

    @Property
    void aLaterStartEndsNoEarlier(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(max = 20_000) int minutes) {
        assertNoEarlier(
                forecast(strategy, loads, 2, NOW.plus(Duration.ofMinutes(minutes))), forecast(strategy, loads, 2, NOW));
    }

    @Property
    void fewerSubscriptionsEndNoEarlier(
            @ForAll("strategies") Strategy strategy,
            @ForAll("loads") List<Forecast.Load> loads,
            @ForAll @IntRange(min = 1, max = 20) int few,
            @ForAll @IntRange(max = 20) int more) {
        assertNoEarlier(forecast(strategy, loads, few, NOW), forecast(strategy, loads, few + more, NOW));
    }

    @Property
    void windowsNeverMakeItEarlier(
            @ForAll("strategies") Strategy strategy, @ForAll("loads") List<Forecast.Load> loads) {
        Strategy anyTime = new Strategy(strategy.stages(), strategy.onFailure(), strategy.deadline(), strategy.gate());

        assertNoEarlier(forecast(strategy, loads, 2, NOW), forecast(anyTime, loads, 2, NOW));
    }

    @Property(tries = 100)
    void aClusterStartsWhereItsMaintenanceWindowAndTheScheduleAreBothOpen(
            @ForAll("strategies") Strategy strategy,
            @ForAll DayOfWeek day,
            @ForAll @IntRange(max = 23) int hour,
            @ForAll @IntRange(min = 4, max = 24) int hours) {
        OpeningHours schedule = OpeningHours.of(strategy.windows().schedule());
        OpeningHours maintenance = OpeningHours.ofMaintenance(List.of(new MaintenanceWindow(
                "default",
                new MaintenanceWindow.Weekly(1, day),
                LocalTime.of(hour, 0),
                hours,
                ZoneOffset.UTC,
                null,
                List.of())));
        Forecast.Load load =
                new Forecast.Load(List.of(new Forecast.Load.Group(1, 1)), 1, Duration.ZERO, List.of(maintenance));

        Optional<Instant> common = Stream.iterate(NOW, time -> time.plus(Duration.ofMinutes(30)))
                .limit(Duration.ofDays(366).toMinutes() / 30)
                .filter(time -> schedule.isOpen(time) && maintenance.isOpen(time))
                .findFirst();

        assertThat(Forecast.of(strategy, List.of(load), 1, NOW).map(Forecast::latestEnd))
                .isEqualTo(common.map(time -> time.plus(strategy.deadline())));
    }

    private static Forecast forecast(Strategy strategy, List<Forecast.Load> loads, int subscriptions, Instant now) {
        return Forecast.of(strategy, loads, subscriptions, now).orElseThrow();
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
