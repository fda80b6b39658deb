package dev.kubeproxyfleet.fleet.inventory;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Maintenance configurations in ARM's JSON as windows.
 *
 * <p>Source: MaintenanceConfiguration in Microsoft.ContainerService/aks, api-version 2025-09-02-preview.
 */
final class MaintenanceReader {

    private static final int HOURS = 24;

    private MaintenanceReader() {}

    /** @return empty if one of them cannot be read: nothing may be concluded from the others then */
    static Optional<List<MaintenanceWindow>> read(Iterable<JsonNode> configurations) {
        List<MaintenanceWindow> windows = new ArrayList<>();
        try {
            for (JsonNode configuration : configurations) {
                String name = configuration.path("name").asText();
                JsonNode properties = configuration.path("properties");
                JsonNode window = properties.path("maintenanceWindow");
                if (window.isObject()) {
                    windows.add(window(name, window));
                }
                windows.addAll(timeInWeek(name, properties));
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(windows);
    }

    private static MaintenanceWindow window(String name, JsonNode window) {
        List<DateSpan> notAllowed = new ArrayList<>();
        for (JsonNode span : window.path("notAllowedDates")) {
            notAllowed.add(new DateSpan(
                    LocalDate.parse(span.path("start").asText()),
                    LocalDate.parse(span.path("end").asText())));
        }
        return new MaintenanceWindow(
                name,
                schedule(window.path("schedule")),
                LocalTime.parse(window.path("startTime").asText()),
                hours(window.path("durationHours")),
                ZoneOffset.of(window.path("utcOffset").asText("+00:00")),
                date(window.path("startDate")),
                notAllowed);
    }

    private static MaintenanceWindow.Schedule schedule(JsonNode schedule) {
        JsonNode daily = schedule.path("daily");
        if (daily.isObject()) {
            return new MaintenanceWindow.Daily(positive(daily.path("intervalDays")));
        }
        JsonNode weekly = schedule.path("weekly");
        if (weekly.isObject()) {
            return new MaintenanceWindow.Weekly(positive(weekly.path("intervalWeeks")), day(weekly.path("dayOfWeek")));
        }
        JsonNode absolute = schedule.path("absoluteMonthly");
        if (absolute.isObject()) {
            return new MaintenanceWindow.AbsoluteMonthly(
                    positive(absolute.path("intervalMonths")), positive(absolute.path("dayOfMonth")));
        }
        JsonNode relative = schedule.path("relativeMonthly");
        if (relative.isObject()) {
            return new MaintenanceWindow.RelativeMonthly(
                    positive(relative.path("intervalMonths")),
                    MaintenanceWindow.WeekIndex.valueOf(
                            relative.path("weekIndex").asText()),
                    day(relative.path("dayOfWeek")));
        }
        throw new IllegalArgumentException("a schedule of another kind: " + schedule);
    }

    /** The older form: hours of days of the week, in UTC. */
    private static List<MaintenanceWindow> timeInWeek(String name, JsonNode properties) {
        List<DateSpan> notAllowed = new ArrayList<>();
        for (JsonNode span : properties.path("notAllowedTime")) {
            // Whole days: rather closed too long than open where it must not be.
            notAllowed.add(new DateSpan(utcDate(span.path("start")), utcDate(span.path("end"))));
        }
        List<MaintenanceWindow> windows = new ArrayList<>();
        for (JsonNode time : properties.path("timeInWeek")) {
            BitSet slots = new BitSet(HOURS);
            for (JsonNode slot : time.path("hourSlots")) {
                if (!slot.isInt() || slot.intValue() < 0 || slot.intValue() >= HOURS) {
                    throw new IllegalArgumentException("no hour of a day: " + slot);
                }
                slots.set(slot.intValue());
            }
            for (int from = slots.nextSetBit(0); from >= 0; ) {
                int to = slots.nextClearBit(from);
                windows.add(new MaintenanceWindow(
                        name,
                        new MaintenanceWindow.Weekly(1, day(time.path("day"))),
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

    private static int positive(JsonNode number) {
        if (!number.isInt() || number.intValue() < 1) {
            throw new IllegalArgumentException("no positive number: " + number);
        }
        return number.intValue();
    }

    private static int hours(JsonNode number) {
        int hours = positive(number);
        if (hours > HOURS) {
            throw new IllegalArgumentException("longer than a day: " + hours);
        }
        return hours;
    }

    private static DayOfWeek day(JsonNode text) {
        return DayOfWeek.valueOf(text.asText().toUpperCase(Locale.ROOT));
    }

    private static @Nullable LocalDate date(JsonNode text) {
        return text.isTextual() ? LocalDate.parse(text.asText()) : null;
    }

    private static LocalDate utcDate(JsonNode text) {
        return OffsetDateTime.parse(text.asText())
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toLocalDate();
    }
}
