package dev.kubeproxyfleet.fleet.gate;

/**
 * What changed and unchanged nodes counted of one signal over the same span of time.
 *
 * @param changedNodeSeconds how long changed nodes were watched, in sum
 * @param unchangedNodeSeconds 0 where nothing unchanged was watched
 */
public record Sample(long changedEvents, double changedNodeSeconds, long unchangedEvents, double unchangedNodeSeconds) {

    static final Sample NOTHING = new Sample(0, 0, 0, 0);

    /** Of both sides. */
    public long events() {
        return changedEvents + unchangedEvents;
    }

    Sample plus(Sample more) {
        return new Sample(
                changedEvents + more.changedEvents,
                changedNodeSeconds + more.changedNodeSeconds,
                unchangedEvents + more.unchangedEvents,
                unchangedNodeSeconds + more.unchangedNodeSeconds);
    }
}
