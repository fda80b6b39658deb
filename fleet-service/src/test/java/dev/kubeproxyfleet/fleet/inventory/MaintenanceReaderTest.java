package dev.kubeproxyfleet.fleet.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.resourcemanager.containerservice.fluent.models.MaintenanceConfigurationInner;
import dev.kubeproxyfleet.fleet.azure.SdkModels;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceReaderTest {

    private static final String WINDOW = """
            {"name": "aksManagedAutoUpgradeSchedule", "properties": {"maintenanceWindow": {"schedule": SCHEDULE,
             "durationHours": 5, "utcOffset": "+05:30", "startDate": "2026-01-04", "startTime": "01:30",
             "notAllowedDates": [{"start": "2026-12-23", "end": "2027-01-05"}]}}}""";

    @Test
    void readsAWindowWithEverythingInIt() throws Exception {
        assertThat(read((WINDOW.replace(
                        "SCHEDULE", "{\"weekly\": {\"intervalWeeks\": 2, \"dayOfWeek\": \"Sunday\"}}"))))
                .contains(List.of(new MaintenanceWindow(
                        "aksManagedAutoUpgradeSchedule",
                        new MaintenanceWindow.Weekly(2, DayOfWeek.SUNDAY),
                        LocalTime.of(1, 30),
                        5,
                        ZoneOffset.ofHoursMinutes(5, 30),
                        LocalDate.of(2026, 1, 4),
                        List.of(new MaintenanceWindow.DateSpan(
                                LocalDate.of(2026, 12, 23), LocalDate.of(2027, 1, 5))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"daily\": {\"intervalDays\": 3}} | Daily[intervalDays=3]",
                "{\"absoluteMonthly\": {\"intervalMonths\": 1, \"dayOfMonth\": 31}} | AbsoluteMonthly[intervalMonths=1, dayOfMonth=31]",
                "{\"relativeMonthly\": {\"intervalMonths\": 2, \"weekIndex\": \"Last\", \"dayOfWeek\": \"Friday\"}}"
                        + " | RelativeMonthly[intervalMonths=2, weekIndex=Last, dayOfWeek=FRIDAY]"
            })
    void readsEveryKindOfSchedule(String schedule, String expected) throws Exception {
        assertThat(read((WINDOW.replace("SCHEDULE", schedule)))
                        .orElseThrow()
                        .getFirst()
                        .schedule())
                .hasToString(expected);
    }

    @Test
    void readsTheOlderFormAsARunOfHoursEach() throws Exception {
        List<MaintenanceWindow> windows = read(("""
                        {"name": "default", "properties": {"timeInWeek": [{"day": "Monday", "hourSlots": [22, 1, 2, 3, 23]}],
                         "notAllowedTime": [{"start": "2026-12-24T18:00:00Z", "end": "2026-12-27T01:00:00+02:00"}]}}""")).orElseThrow();

        assertThat(windows)
                .extracting(MaintenanceWindow::startTime, MaintenanceWindow::durationHours)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(LocalTime.of(1, 0), 3),
                        org.assertj.core.groups.Tuple.tuple(LocalTime.of(22, 0), 2));
        assertThat(windows.getFirst().notAllowedDates())
                .containsExactly(
                        new MaintenanceWindow.DateSpan(LocalDate.of(2026, 12, 24), LocalDate.of(2026, 12, 26)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"hourly\": {}}",
                "{\"daily\": {\"intervalDays\": 0}}",
                "{\"daily\": {\"intervalDays\": \"some\"}}",
                "7",
                "{\"weekly\": {\"intervalWeeks\": 1, \"dayOfWeek\": \"Someday\"}}"
            })
    void concludesNothingFromWhatItDoesNotKnow(String schedule) throws Exception {
        assertThat(read((WINDOW.replace("SCHEDULE", schedule)))).isEmpty();
    }

    @Test
    void aClusterWithoutAnyHasNone() {
        assertThat(MaintenanceReader.read(List.of())).contains(List.of());
    }

    /** As ARM's answer is read. */
    private static Optional<List<MaintenanceWindow>> read(String configuration) throws Exception {
        return SdkModels.read(Json.MAPPER.readTree(configuration), MaintenanceConfigurationInner::fromJson)
                .flatMap(model -> MaintenanceReader.read(List.of(model)));
    }
}
