package dev.kubeproxyfleet.schemas.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When work may begin on a managed cluster, as one of its maintenance configurations says. Azure holds only its own work to
 * it. Times of day and dates are those of {@code utcOffset}.
 *
 * <p>Source: {@code MaintenanceWindow} in Microsoft.ContainerService/aks, api-version 2025-09-02-preview. The older
 * {@code timeInWeek} of the configuration {@code default} becomes weekly windows of UTC, one for each run of hours.
 *
 * @param name of the maintenance configuration: {@code default}, {@code aksManagedAutoUpgradeSchedule},
 *     {@code aksManagedNodeOSUpgradeSchedule}; several windows may share it
 * @param durationHours 1 to 24; a window may reach into the next day
 * @param startDate first day on which it can be open; null for any
 * @param notAllowedDates days on which it is closed
 */
public record MaintenanceWindow(
        String name,
        Schedule schedule,
        LocalTime startTime,
        int durationHours,
        ZoneOffset utcOffset,
        @Nullable LocalDate startDate,
        List<DateSpan> notAllowedDates) {

    public MaintenanceWindow {
        notAllowedDates = List.copyOf(notAllowedDates);
    }

    /** Both days belong to it. */
    public record DateSpan(LocalDate start, LocalDate end) {}

    /** Days on which a window opens; intervals are at least 1 and count from its start date. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Daily.class, name = "Daily"),
        @JsonSubTypes.Type(value = Weekly.class, name = "Weekly"),
        @JsonSubTypes.Type(value = AbsoluteMonthly.class, name = "AbsoluteMonthly"),
        @JsonSubTypes.Type(value = RelativeMonthly.class, name = "RelativeMonthly")
    })
    public sealed interface Schedule {}

    public record Daily(int intervalDays) implements Schedule {}

    public record Weekly(int intervalWeeks, DayOfWeek dayOfWeek) implements Schedule {}

    /** @param dayOfMonth 1 to 31; ARM opens it on the last day of a shorter month */
    public record AbsoluteMonthly(int intervalMonths, int dayOfMonth) implements Schedule {}

    public record RelativeMonthly(int intervalMonths, WeekIndex weekIndex, DayOfWeek dayOfWeek) implements Schedule {}

    /** Which of a month's days of one name. */
    public enum WeekIndex {
        First,
        Second,
        Third,
        Fourth,
        Last
    }
}
