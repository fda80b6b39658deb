package dev.kubeproxyfleet.agent;

import java.util.concurrent.CompletionStage;

/** The way of a snapshot to Kafka. */
@FunctionalInterface
interface SnapshotTransport {

    /** What became of a snapshot. */
    enum Delivery {
        /** The brokers have it. */
        ACKNOWLEDGED,
        /** The brokers will not take it, however often it is sent: it is larger than they allow. */
        REFUSED
    }

    /** Completes with the brokers' answer, exceptionally when there was none in time. */
    CompletionStage<Delivery> send(byte[] snapshot);
}
