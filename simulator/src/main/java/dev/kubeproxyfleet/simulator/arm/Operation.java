package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A long-running operation.
 *
 * @param before the cluster's document before it began
 */
record Operation(UUID id, String subscription, Instant startedAt, Instant endsAt, Ending ending, ObjectNode before) {

    /** How it will end. */
    sealed interface Ending {
        record Succeeds() implements Ending {}

        record Fails(String code, String message) implements Ending {}

        record HasNoEffect() implements Ending {}

        record NeverReachesNodes() implements Ending {}
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
