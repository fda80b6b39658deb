package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.schemas.message.Command;

/** What a person does. Configurations are counted from 0. */
sealed interface Deed {

    /** How it reaches the service. */
    enum Way {
        REST,
        /** A CloudEvent of a producer of one's own. */
        EVENT,
        /** The document alone, as kcat sends it. */
        BARE
    }

    /** @param timeout of TCP in seconds: what tells this publication from every other one */
    record Publish(int config, int timeout, Way way) implements Deed {
        @Override
        public String toString() {
            return "publish " + timeout + " to config " + config + " by " + way;
        }
    }

    /** The latest one of this config that was an event, with the same id; nothing if there was none. */
    record PublishAgain(int config) implements Deed {
        @Override
        public String toString() {
            return "send the last event of config " + config + " again";
        }
    }

    /** A document that cannot be accepted. */
    record PublishNonsense(int config, Way way) implements Deed {
        @Override
        public String toString() {
            return "publish nonsense to config " + config + " by " + way;
        }
    }

    /** Asks something of the latest rollout of a config; never {@link Way#BARE}. */
    record Steer(int config, Command.Action action, Way way) implements Deed {
        @Override
        public String toString() {
            return action + " config " + config + " by " + way;
        }
    }
}
