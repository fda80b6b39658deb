package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A config and its latest generation. It outlives the config's deletion, so that a generation is never used twice.
 *
 * @param spec null once deleted
 * @param generation of the latest rollout
 * @param fullGeneration of the latest rollout to every selected cluster; those since then have been to some of them
 * @param recentEvents ids of the latest events applied, oldest first: one that comes again changes nothing
 */
public record ConfigState(
        String name, FleetConfig.@Nullable Spec spec, long generation, long fullGeneration, List<String> recentEvents) {

    /** How many event ids are remembered for each config. */
    public static final int REMEMBERED_EVENTS = 32;

    public ConfigState {
        recentEvents = List.copyOf(recentEvents);
    }

    static ConfigState unknown(String name) {
        return new ConfigState(name, null, 0, 0, List.of());
    }

    boolean hasApplied(String eventId) {
        return recentEvents.contains(eventId);
    }

    RolloutId latestRollout() {
        return new RolloutId(name, generation);
    }

    /** Null if there has been none. */
    @Nullable
    RolloutId latestId() {
        return generation == 0 ? null : latestRollout();
    }

    /** The same spec once more, to every selected cluster or to some. */
    ConfigState again(boolean full) {
        return new ConfigState(name, spec, generation + 1, full ? generation + 1 : fullGeneration, recentEvents);
    }

    ConfigState accept(FleetConfig.Spec next, String eventId) {
        return new ConfigState(name, next, generation + 1, generation + 1, remember(eventId));
    }

    ConfigState unchanged(String eventId) {
        return new ConfigState(name, spec, generation, fullGeneration, remember(eventId));
    }

    ConfigState delete(String eventId) {
        return new ConfigState(name, null, generation, fullGeneration, remember(eventId));
    }

    private List<String> remember(String eventId) {
        List<String> events = new ArrayList<>(recentEvents);
        events.remove(eventId);
        events.add(eventId);
        return events.subList(Math.max(0, events.size() - REMEMBERED_EVENTS), events.size());
    }
}
