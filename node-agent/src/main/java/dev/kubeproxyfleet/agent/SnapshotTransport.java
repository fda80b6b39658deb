package dev.kubeproxyfleet.agent;

import java.util.concurrent.CompletionStage;

/** The way of a snapshot to Kafka. */
@FunctionalInterface
interface SnapshotTransport {

    /** Completes when the brokers have acknowledged the snapshot, exceptionally when they have not in time. */
    CompletionStage<Void> send(byte[] snapshot);
}
