package dev.kubeproxyfleet.schemas.config;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * When clusters may be started; what is in flight when a window closes ends.
 *
 * @param honourAksMaintenance whether a cluster that has AKS maintenance windows is started only inside one of them
 * @param schedule windows of the rollout's own; empty for at any time
 */
public record Windows(boolean honourAksMaintenance, List<Window> schedule) {

    /** At any time. */
    public static final Windows ANY_TIME = new Windows(false, List.of());

    public Windows {
        schedule = List.copyOf(schedule);
    }

    /**
     * A window that opens again and again.
     *
     * @param days on which it opens, in {@code timeZone}
     * @param start local time; where a clock change skips it, the window opens as much later
     * @param duration elapsed time, whatever clocks do in between
     * @param timeZone an IANA name such as {@code Europe/Amsterdam}, or an offset
     */
    public record Window(List<Day> days, LocalTime start, Duration duration, ZoneId timeZone) {

        public static final List<Day> EVERY_DAY = List.of(Day.values());

        public Window {
            days = List.copyOf(days);
        }
    }

    /** Days of the week as Azure spells them, Monday first. */
    public enum Day {
        Monday,
        Tuesday,
        Wednesday,
        Thursday,
        Friday,
        Saturday,
        Sunday
    }
}
