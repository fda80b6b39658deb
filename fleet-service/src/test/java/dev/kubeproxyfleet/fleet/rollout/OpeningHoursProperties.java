package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Windows against a list of all of their openings, most of all around clock changes. */
class OpeningHoursProperties {

    /** Half an hour (Lord Howe), an hour, and one that ends at midnight (Nuuk), north and south. */
    private static final List<ZoneId> ZONES = Stream.of(
                    "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "+05:30")
            .map(ZoneId::of)
            .toList();

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

    /** Days listed before and after the time looked at. */
    private static final int BEFORE = 12;

    private static final int SOON = 12;

    /** Openings so near are looked at one by one; what overlaps them is listed too. */
    private static final Duration NEAR = Duration.ofDays(3);

    private static final int AFTER = OpeningHours.HORIZON_DAYS + 2;

    /** An opening and its end. */
    private record Span(Instant start, Instant end) {

        boolean holds(Instant time) {
            return !time.isBefore(start) && time.isBefore(end);
        }
    }

    @Property
    void itIsOpenExactlyInItsWindows(
            @ForAll("schedules") List<Windows.Window> schedule, @ForAll("times") Instant time) {
        check(OpeningHours.of(schedule), spans(schedule, time, SOON), time);
    }

    @Property
    void theNextOpeningIsTheFirstOne(
            @ForAll("schedules") List<Windows.Window> schedule, @ForAll("times") Instant time) {
        checkNext(OpeningHours.of(schedule), spans(schedule, time, SOON), time);
    }

    @Property
    void aWindowIsOpenForItsDurationWhateverTheClocksDo(
            @ForAll("windows") Windows.Window window, @ForAll("times") Instant time) {
        OpeningHours hours = OpeningHours.of(List.of(window));
        for (Span span : spans(List.of(window), time, SOON)) {
            assertThat(hours.isOpen(span.start())).isTrue();
            assertThat(hours.isOpen(span.start().plus(window.duration()).minusNanos(1)))
                    .isTrue();
        }
    }

    @Property
    void maintenanceIsOpenExactlyInItsWindows(
            @ForAll("maintenance") List<MaintenanceWindow> windows, @ForAll("times") Instant time) {
        check(OpeningHours.ofMaintenance(windows), maintenanceSpans(windows, time, SOON), time);
    }

    @Property(tries = 300)
    void theNextMaintenanceIsTheFirstOne(
            @ForAll("maintenance") List<MaintenanceWindow> windows, @ForAll("times") Instant time) {
        checkNext(OpeningHours.ofMaintenance(windows), maintenanceSpans(windows, time, AFTER), time);
    }

    @Example
    void withoutWindowsItIsAlwaysOpen() {
        assertThat(OpeningHours.of(List.of()).isOpen(FROM)).isTrue();
        assertThat(OpeningHours.ofMaintenance(List.of()).nextOpening(FROM)).contains(FROM);
    }

    /** On 2026-03-28 clocks in Nuuk go from 23:00 to 24:00. */
    @Example
    void aStartThatIsSkippedOverMidnightComesOnTheNextDay() {
        OpeningHours hours = OpeningHours.of(List.of(new Windows.Window(
                List.of(Windows.Day.Saturday),
                LocalTime.of(23, 30),
                Duration.ofMinutes(20),
                ZoneId.of("America/Nuuk"))));
        Instant opening = Instant.parse("2026-03-29T01:30:00Z");

        assertThat(hours.isOpen(opening)).isTrue();
        assertThat(hours.nextOpening(opening.minusSeconds(60))).contains(opening);
    }

    private static void check(OpeningHours hours, List<Span> spans, Instant time) {
        assertThat(hours.isOpen(time)).isEqualTo(spans.stream().anyMatch(span -> span.holds(time)));
        List<Span> near = spans.stream()
                .filter(span -> Duration.between(time, span.start()).abs().compareTo(NEAR) < 0)
                .toList();
        for (Span span : near) {
            assertThat(hours.isOpen(span.start())).as("at %s", span).isTrue();
            assertThat(hours.isOpen(span.end().minusNanos(1)))
                    .as("just before the end of %s", span)
                    .isTrue();
            assertThat(hours.isOpen(span.end()))
                    .as("at the end of %s", span)
                    .isEqualTo(spans.stream().anyMatch(other -> other.holds(span.end())));
        }
    }

    private static void checkNext(OpeningHours hours, List<Span> spans, Instant time) {
        boolean open = spans.stream().anyMatch(span -> span.holds(time));
        Optional<Instant> first = spans.stream()
                .map(Span::start)
                .filter(start ->
                        !start.isBefore(time) && !start.isAfter(time.plus(Duration.ofDays(OpeningHours.HORIZON_DAYS))))
                .min(Comparator.naturalOrder());

        assertThat(hours.nextOpening(time)).isEqualTo(open ? Optional.of(time) : first);
        hours.nextOpening(time).ifPresent(next -> assertThat(hours.isOpen(next)).isTrue());
    }

    // ---- all openings, listed ----

    private static List<Span> spans(List<Windows.Window> schedule, Instant time, int after) {
        return schedule.stream()
                .flatMap(window -> days(time, window.timeZone(), after)
                        .filter(date -> window.days().stream()
                                .anyMatch(day -> day.name()
                                        .equalsIgnoreCase(date.getDayOfWeek().name())))
                        .map(date -> span(date.atTime(window.start()), window.duration(), window.timeZone())))
                .toList();
    }

    private static List<Span> maintenanceSpans(List<MaintenanceWindow> windows, Instant time, int after) {
        return windows.stream()
                .flatMap(window -> {
                    Set<LocalDate> dates = dates(window);
                    return days(time, window.utcOffset(), after)
                            .filter(dates::contains)
                            .map(date -> span(
                                    date.atTime(window.startTime()),
                                    Duration.ofHours(window.durationHours()),
                                    window.utcOffset()));
                })
                .toList();
    }

    private static Stream<LocalDate> days(Instant time, ZoneId zone, int after) {
        LocalDate today = time.atZone(zone).toLocalDate();
        return today.minusDays(BEFORE).datesUntil(today.plusDays(after));
    }

    /** By the transitions of the zone: where clocks skip the time, as much later; where they repeat it, the first. */
    private static Span span(LocalDateTime local, Duration duration, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        List<ZoneOffset> valid = rules.getValidOffsets(local);
        ZoneOffset offset = valid.isEmpty() ? rules.getTransition(local).getOffsetBefore() : valid.getFirst();
        Instant start = local.toInstant(offset);
        return new Span(start, start.plus(duration));
    }

    /** Days on which a maintenance window opens, counted up from its start date. */
    private static Set<LocalDate> dates(MaintenanceWindow window) {
        LocalDate first = window.startDate() == null ? LocalDate.EPOCH : window.startDate();
        LocalDate last = LocalDate.of(2031, 1, 1);
        List<LocalDate> dates = new ArrayList<>();
        switch (window.schedule()) {
            case MaintenanceWindow.Daily(int interval) -> {
                for (LocalDate date = first; date.isBefore(last); date = date.plusDays(interval)) {
                    dates.add(date);
                }
            }
            case MaintenanceWindow.Weekly(int interval, DayOfWeek dayOfWeek) -> {
                LocalDate monday = first.minusDays(first.getDayOfWeek().getValue() - 1L);
                for (; monday.isBefore(last); monday = monday.plusWeeks(interval)) {
                    dates.add(monday.plusDays(dayOfWeek.getValue() - 1L));
                }
            }
            case MaintenanceWindow.AbsoluteMonthly(int interval, int dayOfMonth) ->
                months(first, last, interval, month -> month.atDay(Math.min(dayOfMonth, month.lengthOfMonth())), dates);
            case MaintenanceWindow.RelativeMonthly(
                    int interval,
                    MaintenanceWindow.WeekIndex weekIndex,
                    DayOfWeek dayOfWeek) ->
                months(
                        first,
                        last,
                        interval,
                        month -> {
                            List<LocalDate> named = IntStream.rangeClosed(1, month.lengthOfMonth())
                                    .mapToObj(month::atDay)
                                    .filter(date -> date.getDayOfWeek() == dayOfWeek)
                                    .toList();
                            return weekIndex == MaintenanceWindow.WeekIndex.Last
                                    ? named.getLast()
                                    : named.get(weekIndex.ordinal());
                        },
                        dates);
        }
        dates.removeIf(date -> date.isBefore(first)
                || window.notAllowedDates().stream()
                        .anyMatch(span -> !date.isBefore(span.start()) && !date.isAfter(span.end())));
        return new TreeSet<>(dates);
    }

    private static void months(
            LocalDate first, LocalDate last, int interval, Function<YearMonth, LocalDate> day, List<LocalDate> dates) {
        for (YearMonth month = YearMonth.from(first);
                month.isBefore(YearMonth.from(last));
                month = month.plusMonths(interval)) {
            dates.add(day.apply(month));
        }
    }

    // ---- what is tried ----

    /** Four years from 2026 on, half of them within two days of a clock change. */
    @Provide
    Arbitrary<Instant> times() {
        Arbitrary<Instant> any =
                Arbitraries.longs().between(0, 4L * 365 * 86_400).map(FROM::plusSeconds);
        Arbitrary<Instant> atChange = Combinators.combine(
                        Arbitraries.of(ZONES.subList(0, 4)),
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.integers().between(-48 * 60, 48 * 60))
                .as((zone, change, minutes) -> transition(zone, change).plus(Duration.ofMinutes(minutes)));
        return Arbitraries.oneOf(any, atChange);
    }

    private static Instant transition(ZoneId zone, int number) {
        Instant at = FROM;
        for (int i = 0; i < number; i++) {
            ZoneOffsetTransition next = zone.getRules().nextTransition(at);
            at = next.getInstant();
        }
        return at;
    }

    @Provide
    Arbitrary<List<Windows.Window>> schedules() {
        return windows().list().ofMinSize(1).ofMaxSize(3);
    }

    @Provide
    Arbitrary<Windows.Window> windows() {
        return Combinators.combine(
                        Arbitraries.of(Windows.Day.values()).set().ofMinSize(1),
                        startTimes(),
                        Arbitraries.integers().between(1, 7 * 24 * 60).map(Duration::ofMinutes),
                        Arbitraries.of(ZONES))
                .as((days, start, duration, zone) -> new Windows.Window(List.copyOf(days), start, duration, zone));
    }

    /** Most clock changes are in the small hours, or just before midnight. */
    private static Arbitrary<LocalTime> startTimes() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 24 * 60 - 1).map(minute -> LocalTime.MIN.plusMinutes(minute)),
                Arbitraries.integers().between(90, 200).map(minute -> LocalTime.MIN.plusMinutes(minute)),
                Arbitraries.integers().between(1, 60).map(minute -> LocalTime.MIDNIGHT.minusMinutes(minute)));
    }

    @Provide
    Arbitrary<List<MaintenanceWindow>> maintenance() {
        Arbitrary<Integer> intervals = Arbitraries.integers().between(1, 4);
        Arbitrary<DayOfWeek> days = Arbitraries.of(DayOfWeek.values());
        Arbitrary<MaintenanceWindow.Schedule> schedules = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 7).map(MaintenanceWindow.Daily::new),
                Combinators.combine(intervals, days).as(MaintenanceWindow.Weekly::new),
                Combinators.combine(intervals, Arbitraries.integers().between(1, 31))
                        .as(MaintenanceWindow.AbsoluteMonthly::new),
                Combinators.combine(intervals, Arbitraries.of(MaintenanceWindow.WeekIndex.values()), days)
                        .as(MaintenanceWindow.RelativeMonthly::new));
        Arbitrary<LocalDate> dates = Arbitraries.integers().between(0, 3 * 365).map(LocalDate.of(2025, 6, 1)::plusDays);
        Arbitrary<List<MaintenanceWindow.DateSpan>> notAllowed = Combinators.combine(
                        dates, Arbitraries.integers().between(0, 20))
                .as((start, length) -> new MaintenanceWindow.DateSpan(start, start.plusDays(length)))
                .list()
                .ofMaxSize(3);
        return Combinators.combine(
                        schedules,
                        startTimes(),
                        Arbitraries.integers().between(1, 24),
                        Arbitraries.integers()
                                .between(-12 * 4, 14 * 4)
                                .map(quarters -> ZoneOffset.ofTotalSeconds(quarters * 15 * 60)),
                        dates.injectNull(0.3),
                        notAllowed)
                .as((schedule, start, hours, offset, from, without) ->
                        new MaintenanceWindow("default", schedule, start, hours, offset, from, without))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }
}
