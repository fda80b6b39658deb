package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A config and its latest generation. It outlives the config's deletion, so that a generation is never used twice.
 *
 * @param spec null once deleted
 * @param generation of the latest rollout
 * @param fullGeneration of the latest rollout to every selected cluster; those since then have been to some of them
 * @param held which generations can hold a cluster; null in a state that was stored before this was kept, until the next join
 * @param removed which of its rollouts are kept no longer; null if all are
 * @param vouched when the service vouched for the latest of what has come; null where it has for nothing, as without a login
 * @param provenance what Git has said last of it; null if it never came from Git, or if Git has taken it back
 * @param recentEvents ids of the latest events applied, oldest first: one that comes again changes nothing
 */
public record ConfigState(
        String name,
        FleetConfig.@Nullable Spec spec,
        long generation,
        long fullGeneration,
        @Nullable Held held,
        @Nullable Removed removed,
        @Nullable Vouched vouched,
        @Nullable Provenance provenance,
        List<String> recentEvents) {

    /**
     * Which rollouts of the config can hold a cluster.
     *
     * @param planned the latest generation that chose from every selected cluster: what it left out, no earlier one holds; 0 if
     *     none has
     * @param released the latest generation when the config was last deleted: up to it none holds a cluster; 0 if it never was
     */
    public record Held(long planned, long released) {}

    /**
     * Rollouts that are kept no longer, see {@link Retention}.
     *
     * @param upTo the latest generation of them; those before it that are not there were removed too
     * @param unfinished generation of the one of which clusters are still to be removed; null if there is none
     */
    public record Removed(long upTo, @Nullable Long unfinished) {}

    /**
     * When the service vouched for the latest of what was taken from each topic, by the clock of the replica that did: what is older has
     * come before. The topics are read beside each other, so each has its own order.
     *
     * @param desired null if it has vouched for nothing there
     * @param commands null if it has vouched for nothing there
     */
    public record Vouched(
            @Nullable Instant desired, @Nullable Instant commands) {

        static final Vouched NEVER = new Vouched(null, null);
    }

    /** How many event ids are remembered for each config. */
    public static final int REMEMBERED_EVENTS = 32;

    public ConfigState {
        recentEvents = List.copyOf(recentEvents);
    }

    static ConfigState unknown(String name) {
        return new ConfigState(name, null, 0, 0, new Held(0, 0), null, null, null, List.of());
    }

    boolean hasApplied(String eventId) {
        return recentEvents.contains(eventId);
    }

    boolean refersTo(String strategy) {
        return spec != null && strategy.equals(spec.strategyRef());
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
        return new ConfigState(
                name,
                spec,
                generation + 1,
                full ? generation + 1 : fullGeneration,
                held,
                removed,
                vouched,
                provenance,
                recentEvents);
    }

    ConfigState accept(FleetConfig.Spec next, String eventId) {
        return new ConfigState(
                name, next, generation + 1, generation + 1, held, removed, vouched, provenance, remember(eventId));
    }

    ConfigState unchanged(String eventId) {
        return new ConfigState(
                name, spec, generation, fullGeneration, held, removed, vouched, provenance, remember(eventId));
    }

    ConfigState delete(String eventId) {
        Held none = held == null ? null : new Held(held.planned(), generation);
        return new ConfigState(
                name, null, generation, fullGeneration, none, removed, vouched, provenance, remember(eventId));
    }

    /** The rollout to every selected cluster has chosen them. */
    ConfigState planned() {
        return held == null ? this : with(new Held(fullGeneration, held.released()));
    }

    ConfigState with(Held known) {
        return new ConfigState(
                name, spec, generation, fullGeneration, known, removed, vouched, provenance, recentEvents);
    }

    ConfigState with(Removed known) {
        return new ConfigState(name, spec, generation, fullGeneration, held, known, vouched, provenance, recentEvents);
    }

    ConfigState with(Vouched known) {
        return new ConfigState(name, spec, generation, fullGeneration, held, removed, known, provenance, recentEvents);
    }

    /** Somebody has published it, or deleted it: from Git, or past what Git has said. */
    ConfigState comingFrom(String source, String actor) {
        return Origin.of(source)
                .map(origin -> with(spec == null ? null : new Provenance(origin, null)))
                .orElseGet(() -> provenance == null ? this : with(provenance.overwritten(actor)));
    }

    /** The same spec as before was published: from Git, or by somebody who changes nothing by it. */
    ConfigState confirmedBy(String source) {
        return Origin.of(source)
                .map(origin -> with(new Provenance(origin, null)))
                .orElse(this);
    }

    private ConfigState with(@Nullable Provenance known) {
        return new ConfigState(name, spec, generation, fullGeneration, held, removed, vouched, known, recentEvents);
    }

    private List<String> remember(String eventId) {
        List<String> events = new ArrayList<>(recentEvents);
        events.remove(eventId);
        events.add(eventId);
        return events.subList(Math.max(0, events.size() - REMEMBERED_EVENTS), events.size());
    }
}
