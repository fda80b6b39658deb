package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.agent.SnapshotTransport.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import org.jboss.logging.Logger;

/**
 * Ships snapshots one at a time, in order. While Kafka is away the newest are kept, up to a limit, and the oldest dropped and
 * counted; a try that failed is repeated after a time that doubles and is spread at random, so that the agents of a whole fleet
 * do not come back at once. Thread-safe.
 */
final class Shipper {

    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LONGEST_RETRY = Duration.ofSeconds(60);
    private static final int MAX_DOUBLINGS = 6;
    private static final int MAX_CAUSES = 6;

    private static final Logger LOG = Logger.getLogger(Shipper.class);

    private final SnapshotTransport transport;
    private final String brokers;
    private final Delay later;
    private final DoubleSupplier random;
    private final int limit;

    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private boolean busy;
    private int failuresInARow;
    private boolean lastAcknowledged;
    private long acknowledged;
    private long failed;
    private long dropped;

    /**
     * @param brokers for people, who are asked whether they can be reached there
     * @param limit snapshots that may wait
     * @param random from 0 up to 1
     */
    Shipper(SnapshotTransport transport, String brokers, Delay later, DoubleSupplier random, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("kpfleet.agent.queue-limit must be at least 1, not " + limit);
        }
        this.transport = transport;
        this.brokers = brokers;
        this.later = later;
        this.random = random;
        this.limit = limit;
    }

    /** Takes a snapshot; never blocks. */
    void offer(byte[] snapshot) {
        synchronized (this) {
            if (waiting.size() == limit) {
                waiting.removeFirst();
                dropped++;
            }
            waiting.addLast(snapshot);
        }
        shipNext();
    }

    private void shipNext() {
        byte[] snapshot;
        synchronized (this) {
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
            snapshot = waiting.removeFirst();
        }
        CompletionStage<Delivery> sent;
        try {
            sent = transport.send(snapshot);
        } catch (RuntimeException refused) {
            sent = CompletableFuture.failedStage(refused);
        }
        CompletionStage<Delivery> unused = sent.whenComplete((answer, failure) -> {
            if (failure == null) {
                answered(snapshot, answer);
            } else {
                failed(snapshot, failure);
            }
        });
    }

    private void answered(byte[] snapshot, Delivery answer) {
        synchronized (this) {
            busy = false;
            lastAcknowledged = answer == Delivery.ACKNOWLEDGED;
            switch (answer) {
                case ACKNOWLEDGED -> {
                    if (acknowledged++ == 0) {
                        LOG.info("Kafka has the first snapshot");
                    } else if (failuresInARow > 0) {
                        LOG.infof(
                                "snapshots are shipped again, %d waiting, %d dropped so far", waiting.size(), dropped);
                    }
                }
                case REFUSED -> {
                    dropped++;
                    LOG.warnf(
                            "a snapshot of %d bytes is larger than Kafka takes, and dropped; see max.message.bytes of the"
                                    + " topic, kafka.max.request.size, and kpfleet.agent.top-services",
                            snapshot.length);
                }
            }
            failuresInARow = 0;
        }
        shipNext();
    }

    private void failed(byte[] snapshot, Throwable failure) {
        Duration delay;
        synchronized (this) {
            failed++;
            lastAcknowledged = false;
            delay = retryAfter(failuresInARow, random.getAsDouble());
            if (failuresInARow++ == 0) {
                LOG.warnf(
                        "a snapshot could not be shipped (%s); the newest %d are kept and tried again; is Kafka reachable at"
                                + " %s?",
                        causes(failure), limit, brokers);
            }
            if (waiting.size() == limit) {
                dropped++;
            } else {
                waiting.addFirst(snapshot);
            }
        }
        later.after(delay, () -> {
            synchronized (this) {
                busy = false;
            }
            shipNext();
        });
    }

    /** The message and those of its causes: "Failed to construct kafka producer" alone helps nobody. */
    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder(message(failure));
        Throwable cause = failure.getCause();
        for (int depth = 1; cause != null && depth < MAX_CAUSES; depth++) {
            text.append("; because: ").append(message(cause));
            cause = cause.getCause();
        }
        return text.toString();
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getName() : message;
    }

    /** Half of the doubled time is fixed, half is random ("equal jitter"). */
    static Duration retryAfter(int failuresBefore, double random) {
        long millis =
                Math.min(LONGEST_RETRY.toMillis(), FIRST_RETRY.toMillis() << Math.min(failuresBefore, MAX_DOUBLINGS));
        return Duration.ofMillis(millis / 2 + (long) (millis / 2 * random));
    }

    /** Whether the last try succeeded. */
    synchronized boolean lastAcknowledged() {
        return lastAcknowledged;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized long failed() {
        return failed;
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized int waiting() {
        return waiting.size();
    }
}
