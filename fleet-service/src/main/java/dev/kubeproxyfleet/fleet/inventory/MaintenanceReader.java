package dev.kubeproxyfleet.fleet.inventory;

import com.azure.resourcemanager.containerservice.fluent.models.MaintenanceConfigurationInner;
import com.azure.resourcemanager.containerservice.models.AbsoluteMonthlySchedule;
import com.azure.resourcemanager.containerservice.models.DailySchedule;
import com.azure.resourcemanager.containerservice.models.RelativeMonthlySchedule;
import com.azure.resourcemanager.containerservice.models.Schedule;
import com.azure.resourcemanager.containerservice.models.TimeInWeek;
import com.azure.resourcemanager.containerservice.models.WeekDay;
import com.azure.resourcemanager.containerservice.models.WeeklySchedule;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow.DateSpan;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Maintenance configurations of AKS as windows. */
final class MaintenanceReader {

    private static final int HOURS = 24;

    private MaintenanceReader() {}

    /** @return empty if one of them cannot be read: nothing may be concluded from the others then */
    static Optional<List<MaintenanceWindow>> read(List<MaintenanceConfigurationInner> configurations) {
        List<MaintenanceWindow> windows = new ArrayList<>();
        try {
            for (MaintenanceConfigurationInner configuration : configurations) {
                String name = Objects.requireNonNullElse(configuration.name(), "");
                if (configuration.maintenanceWindow() != null) {
                    windows.add(window(name, configuration.maintenanceWindow()));
                }
                windows.addAll(timeInWeek(name, configuration));
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(windows);
    }

    private static MaintenanceWindow window(
            String name, com.azure.resourcemanager.containerservice.models.MaintenanceWindow window) {
        List<DateSpan> notAllowed = each(window.notAllowedDates()).stream()
                .map(span -> new DateSpan(known(span.start()), known(span.end())))
                .toList();
        return new MaintenanceWindow(
                name,
                schedule(known(window.schedule())),
                LocalTime.parse(known(window.startTime())),
                hours(window.durationHours()),
                ZoneOffset.of(Objects.requireNonNullElse(window.utcOffset(), "+00:00")),
                window.startDate(),
                notAllowed);
    }

    private static MaintenanceWindow.Schedule schedule(Schedule schedule) {
        DailySchedule daily = schedule.daily();
        if (daily != null) {
            return new MaintenanceWindow.Daily(positive(daily.intervalDays()));
        }
        WeeklySchedule weekly = schedule.weekly();
        if (weekly != null) {
            return new MaintenanceWindow.Weekly(positive(weekly.intervalWeeks()), day(weekly.dayOfWeek()));
        }
        AbsoluteMonthlySchedule absolute = schedule.absoluteMonthly();
        if (absolute != null) {
            return new MaintenanceWindow.AbsoluteMonthly(
                    positive(absolute.intervalMonths()), positive(absolute.dayOfMonth()));
        }
        RelativeMonthlySchedule relative = known(schedule.relativeMonthly());
        return new MaintenanceWindow.RelativeMonthly(
                positive(relative.intervalMonths()),
                MaintenanceWindow.WeekIndex.valueOf(known(relative.weekIndex()).toString()),
                day(relative.dayOfWeek()));
    }

    /** The older form: hours of days of the week, in UTC. */
    private static List<MaintenanceWindow> timeInWeek(String name, MaintenanceConfigurationInner configuration) {
        // Whole days: rather closed too long than open where it must not be.
        List<DateSpan> notAllowed = each(configuration.notAllowedTime()).stream()
                .map(span -> new DateSpan(utcDate(known(span.start())), utcDate(known(span.end()))))
                .toList();
        List<MaintenanceWindow> windows = new ArrayList<>();
        for (TimeInWeek time : each(configuration.timeInWeek())) {
            BitSet slots = new BitSet(HOURS);
            for (Integer slot : each(time.hourSlots())) {
                if (slot < 0 || slot >= HOURS) {
                    throw new IllegalArgumentException("no hour of a day: " + slot);
                }
                slots.set(slot);
            }
            for (int from = slots.nextSetBit(0); from >= 0; ) {
                int to = slots.nextClearBit(from);
                windows.add(new MaintenanceWindow(
                        name,
                        new MaintenanceWindow.Weekly(1, day(time.day())),
                        LocalTime.of(from, 0),
                        to - from,
                        ZoneOffset.UTC,
                        null,
                        notAllowed));
                from = slots.nextSetBit(to);
            }
        }
        return windows;
    }

    /** The models say null where Azure says nothing; of what this version does not know they say nothing either. */
    private static <T> T known(@Nullable T member) {
        if (member == null) {
            throw new IllegalArgumentException("a member is missing, or of another kind than this version knows");
        }
        return member;
    }

    private static <T> List<T> each(@Nullable List<T> members) {
        return members == null ? List.of() : members;
    }

    private static int positive(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("no positive number: " + number);
        }
        return number;
    }

    private static int hours(int number) {
        int hours = positive(number);
        if (hours > HOURS) {
            throw new IllegalArgumentException("longer than a day: " + hours);
        }
        return hours;
    }

    private static DayOfWeek day(@Nullable WeekDay day) {
        return DayOfWeek.valueOf(known(day).toString().toUpperCase(Locale.ROOT));
    }

    private static LocalDate utcDate(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDate();
    }
}
