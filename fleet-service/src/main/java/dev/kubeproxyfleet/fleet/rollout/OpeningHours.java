package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * When clusters may be started: the union of windows that open again and again.
 *
 * <p>A window opens at a local time and stays open for an elapsed time, whatever clocks do in between. A start that a clock
 * change skips comes as much later; one that it repeats is the first of the two.
 */
final class OpeningHours {

    /** How far ahead an opening is looked for. */
    static final int HORIZON_DAYS = 800;

    /** @param opensOn whether it opens on a local date */
    private record Recurring(Predicate<LocalDate> opensOn, LocalTime start, Duration duration, ZoneId zone) {

        Instant opening(LocalDate date) {
            return date.atTime(start).atZone(zone).toInstant();
        }

        boolean isOpen(Instant now) {
            LocalDate today = now.atZone(zone).toLocalDate();
            return firstDate(now.minus(duration))
                    .datesUntil(today.plusDays(1))
                    .filter(opensOn)
                    .map(this::opening)
                    .anyMatch(opening -> !now.isBefore(opening) && now.isBefore(opening.plus(duration)));
        }

        /** The first date that may open at {@code time} or later: a start that is skipped before midnight comes after it. */
        private LocalDate firstDate(Instant time) {
            return time.atZone(zone).toLocalDate().minusDays(1);
        }

        Optional<Instant> nextOpening(Instant now) {
            Instant horizon = now.plus(Duration.ofDays(HORIZON_DAYS));
            return firstDate(now)
                    .datesUntil(horizon.atZone(zone).toLocalDate().plusDays(1))
                    .filter(opensOn)
                    .map(this::opening)
                    .filter(opening -> !opening.isBefore(now) && !opening.isAfter(horizon))
                    .findFirst();
        }
    }

    private final List<Recurring> windows;

    private OpeningHours(List<Recurring> windows) {
        this.windows = windows;
    }

    /** The rollout's own windows. */
    static OpeningHours of(List<Windows.Window> schedule) {
        return new OpeningHours(schedule.stream()
                .map(window -> new Recurring(
                        date -> window.days().contains(day(date)),
                        window.start(),
                        window.duration(),
                        window.timeZone()))
                .toList());
    }

    /** A cluster's AKS maintenance windows, whatever work Azure itself would do in them. */
    static OpeningHours ofMaintenance(List<MaintenanceWindow> maintenance) {
        return new OpeningHours(maintenance.stream()
                .map(window -> new Recurring(
                        date -> opensOn(window, date),
                        window.startTime(),
                        Duration.ofHours(window.durationHours()),
                        window.utcOffset()))
                .toList());
    }

    /** True if there are no windows at all. */
    boolean isOpen(Instant now) {
        return windows.isEmpty() || windows.stream().anyMatch(window -> window.isOpen(now));
    }

    /** {@code now} if it is open then; empty if nothing opens within {@value #HORIZON_DAYS} days. */
    Optional<Instant> nextOpening(Instant now) {
        if (isOpen(now)) {
            return Optional.of(now);
        }
        return windows.stream()
                .flatMap(window -> window.nextOpening(now).stream())
                .min(Instant::compareTo);
    }

    /** When both are open, at {@code now} or later; empty if that is never so within {@value #HORIZON_DAYS} days. */
    Optional<Instant> nextCommonOpening(OpeningHours other, Instant now) {
        Instant end = now.plus(Duration.ofDays(HORIZON_DAYS));
        Instant at = now;
        while (!at.isAfter(end)) {
            Optional<Instant> mine = nextOpening(at);
            Optional<Instant> theirs = mine.flatMap(other::nextOpening);
            if (theirs.isEmpty() || isOpen(theirs.get())) {
                return theirs;
            }
            at = theirs.get();
        }
        return Optional.empty();
    }

    private static Windows.Day day(LocalDate date) {
        return Windows.Day.values()[date.getDayOfWeek().ordinal()];
    }

    private static boolean opensOn(MaintenanceWindow window, LocalDate date) {
        LocalDate start = window.startDate();
        if (start != null && date.isBefore(start)) {
            return false;
        }
        if (window.notAllowedDates().stream()
                .anyMatch(span -> !date.isBefore(span.start()) && !date.isAfter(span.end()))) {
            return false;
        }
        LocalDate first = start == null ? LocalDate.EPOCH : start;
        return switch (window.schedule()) {
            case MaintenanceWindow.Daily(int interval) -> ChronoUnit.DAYS.between(first, date) % interval == 0;
            case MaintenanceWindow.Weekly(int interval, DayOfWeek dayOfWeek) ->
                date.getDayOfWeek() == dayOfWeek && weeksBetween(first, date) % interval == 0;
            case MaintenanceWindow.AbsoluteMonthly(int interval, int dayOfMonth) ->
                date.getDayOfMonth() == Math.min(dayOfMonth, date.lengthOfMonth())
                        && monthsBetween(first, date) % interval == 0;
            case MaintenanceWindow.RelativeMonthly(
                    int interval,
                    MaintenanceWindow.WeekIndex weekIndex,
                    DayOfWeek dayOfWeek) ->
                date.equals(relative(date, weekIndex, dayOfWeek)) && monthsBetween(first, date) % interval == 0;
        };
    }

    private static LocalDate relative(LocalDate date, MaintenanceWindow.WeekIndex index, DayOfWeek dayOfWeek) {
        return switch (index) {
            case First, Second, Third, Fourth ->
                date.with(TemporalAdjusters.dayOfWeekInMonth(index.ordinal() + 1, dayOfWeek));
            case Last -> date.with(TemporalAdjusters.lastInMonth(dayOfWeek));
        };
    }

    private static long weeksBetween(LocalDate first, LocalDate date) {
        LocalDate firstMonday = first.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        return ChronoUnit.WEEKS.between(firstMonday, date);
    }

    private static long monthsBetween(LocalDate first, LocalDate date) {
        return ChronoUnit.MONTHS.between(first.withDayOfMonth(1), date.withDayOfMonth(1));
    }
}
