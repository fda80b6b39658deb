package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A long-running operation.
 *
 * @param cluster id in lower case
 * @param pool agent pool that it is about; empty for the whole cluster
 * @param before the cluster's document before it began
 * @param hiddenFromLists a LIST shows the cluster as if nothing ran there
 */
record LongRunningOperation(
        UUID id,
        String subscription,
        String cluster,
        String pool,
        String location,
        Instant startedAt,
        Instant endsAt,
        Ending ending,
        ObjectNode before,
        boolean hiddenFromLists) {

    /** How it will end. */
    sealed interface Ending {
        record Succeeds() implements Ending {}

        record Fails(String code, String message) implements Ending {}

        record IsCanceled(String code, String message) implements Ending {}

        record HasNoEffect() implements Ending {}

        record NeverReachesNodes() implements Ending {}

        /** @param powerState of the cluster from then on */
        record Powers(String powerState) implements Ending {}

        record Deletes() implements Ending {}

        record DeletesPool(String name) implements Ending {}

        /** Of an operation that ended another one. */
        record Aborts() implements Ending {}
    }

    /** The same operation, with another end. */
    LongRunningOperation endingAs(Ending otherEnding, Instant then) {
        return new LongRunningOperation(
                id, subscription, cluster, pool, location, startedAt, then, otherEnding, before, hiddenFromLists);
    }

    /**
     * The name in the operation's document, which is not the one in its URL: AKS writes the first three groups of the GUID in
     * little-endian byte order there.
     */
    String documentName() {
        long high = id.getMostSignificantBits();
        long swapped = (Integer.toUnsignedLong(Integer.reverseBytes((int) (high >>> 32))) << 32)
                | (Short.toUnsignedLong(Short.reverseBytes((short) (high >>> 16))) << 16)
                | Short.toUnsignedLong(Short.reverseBytes((short) high));
        return new UUID(swapped, id.getLeastSignificantBits()).toString();
    }
}
