package dev.kubeproxyfleet.fleet.rollout;

import java.util.Optional;

/**
 * One generation of one config, written {@code <config>.<generation>}.
 *
 * @param generation rises by one with each rollout of the config, from 1
 */
public record RolloutId(String config, long generation) {

    public RolloutId {
        if (config.isEmpty() || generation < 1) {
            throw new IllegalArgumentException("not a rollout id: " + config + "." + generation);
        }
    }

    /** The id that {@code text} writes; empty if it writes none. */
    public static Optional<RolloutId> parse(String text) {
        int dot = text.lastIndexOf('.');
        if (dot < 1) {
            return Optional.empty();
        }
        try {
            long generation = Long.parseLong(text.substring(dot + 1));
            return generation < 1 ? Optional.empty() : Optional.of(new RolloutId(text.substring(0, dot), generation));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return config + "." + generation;
    }
}
