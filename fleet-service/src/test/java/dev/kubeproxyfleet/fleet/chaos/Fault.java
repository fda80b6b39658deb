package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.simulator.network.Weather;
import java.time.Duration;

/** What is done to the system. Replicas and brokers are counted from 1; what lasts is undone after that long. */
sealed interface Fault {

    /** How long it lasts; zero for what is over at once. */
    default Duration lasts() {
        return Duration.ZERO;
    }

    /** Processes that it kills by SIGKILL. */
    default int kills() {
        return 0;
    }

    /** SIGKILL; it is started again at once. */
    record KillReplica(int replica) implements Fault {
        @Override
        public int kills() {
            return 1;
        }

        @Override
        public String toString() {
            return "kill replica " + replica;
        }
    }

    /** SIGKILL to each in the same moment. */
    record KillEveryReplica(int replicas) implements Fault {
        @Override
        public int kills() {
            return replicas;
        }

        @Override
        public String toString() {
            return "kill every replica";
        }
    }

    /** SIGSTOP, and SIGCONT once others have taken over its work. */
    record FreezeReplica(int replica, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "freeze replica " + replica + seconds(lasts);
        }
    }

    /** One after the other is stopped in order and started again, as an upgrade does it. */
    record RollReplicas() implements Fault {
        @Override
        public String toString() {
            return "restart the replicas one by one";
        }
    }

    /** SIGKILL; it is started again after {@code lasts}. */
    record KillBroker(int broker, Duration lasts) implements Fault {
        @Override
        public int kills() {
            return 1;
        }

        @Override
        public String toString() {
            return "kill broker " + broker + seconds(lasts);
        }
    }

    /** The same of the broker whose controller leads the quorum then. */
    record KillController(Duration lasts) implements Fault {
        @Override
        public int kills() {
            return 1;
        }

        @Override
        public String toString() {
            return "kill the active controller" + seconds(lasts);
        }
    }

    /** SIGKILL to each in the same moment: Kafka is away until they are back. */
    record KillEveryBroker(Duration lasts) implements Fault {
        @Override
        public int kills() {
            return World.BROKERS;
        }

        @Override
        public String toString() {
            return "kill every broker" + seconds(lasts);
        }
    }

    /** SIGSTOP and SIGCONT. */
    record FreezeBroker(int broker, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "freeze broker " + broker + seconds(lasts);
        }
    }

    /** One after the other is stopped in order and started again, each once all replicas of partitions are in sync. */
    record RollBrokers() implements Fault {
        @Override
        public String toString() {
            return "restart the brokers one by one";
        }
    }

    /** What a replica sends to a broker, and is answered. */
    record PartReplica(int replica, int broker, Weather weather, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "between replica " + replica + " and broker " + broker + " " + weather + seconds(lasts);
        }
    }

    /** A replica from all of Kafka; it still reaches Azure. */
    record IsolateReplica(int replica, Weather weather, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "between replica " + replica + " and every broker " + weather + seconds(lasts);
        }
    }

    /** Two brokers and their controllers from each other; the third one hears both. */
    record PartBrokers(int one, int other, Weather weather, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "between broker " + one + " and broker " + other + " " + weather + seconds(lasts);
        }
    }

    /** Everything that others ask of a broker. */
    record SlowBroker(int broker, Weather.Slow weather, Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "towards broker " + broker + " " + weather + seconds(lasts);
        }
    }

    /** Nothing more can be written to the disk of {@link World#WITH_SMALL_DISK}, which ends by that. */
    record FillDisk(Duration lasts) implements Fault {
        @Override
        public String toString() {
            return "fill the disk of broker " + World.WITH_SMALL_DISK + seconds(lasts);
        }
    }

    private static String seconds(Duration lasts) {
        return " for %.1f s".formatted(lasts.toMillis() / 1e3);
    }
}
