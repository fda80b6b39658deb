package dev.kubeproxyfleet.fleet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Duration LENGTH = Duration.ofMinutes(60);
    private static final Schedule.Shape SHAPE = new Schedule.Shape(2, 2);

    @Test
    void theSameSeedDoesTheSame() {
        assertThat(Schedule.of(7, LENGTH, SHAPE)).isEqualTo(Schedule.of(7, LENGTH, SHAPE));
        assertThat(Schedule.of(7, LENGTH, SHAPE)).isNotEqualTo(Schedule.of(8, LENGTH, SHAPE));
    }

    @Test
    void whatIsShorterIsTheBeginningOfWhatIsLonger() {
        List<Schedule.Step> hour = Schedule.of(7, LENGTH, SHAPE).ofKafka();
        List<Schedule.Step> minute =
                Schedule.of(7, Duration.ofMinutes(1), SHAPE).ofKafka();

        assertThat(minute).isNotEmpty().isEqualTo(hour.subList(0, minute.size()));
    }

    @Test
    void anHourHasEveryKindOfFaultAndOfDeed() {
        Schedule hour = Schedule.of(7, LENGTH, SHAPE);

        assertThat(Stream.concat(hour.ofReplicas().stream(), hour.ofKafka().stream())
                        .<Class<?>>map(step -> step.fault().getClass()))
                .contains(Fault.class.getPermittedSubclasses());
        assertThat(hour.deeds().stream().<Class<?>>map(act -> act.deed().getClass()))
                .contains(Deed.class.getPermittedSubclasses());
    }

    @Test
    void everyPublicationCanBeToldFromEveryOther() {
        assertThat(Schedule.of(7, LENGTH, SHAPE).deeds().stream()
                        .map(Schedule.Act::deed)
                        .filter(Deed.Publish.class::isInstance)
                        .map(deed -> ((Deed.Publish) deed).timeout()))
                .doesNotHaveDuplicates();
    }
}
