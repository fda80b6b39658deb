package dev.kubeproxyfleet.schemas.binary;

import org.apache.avro.SystemLimitException;

/**
 * How much Avro believes of a length in a record. It makes room for what a length claims before it reads, so that without
 * limits a record of fifteen bytes from one node could take all of the service's memory.
 *
 * <p>Avro takes its limits from system properties when the process reads its first record, so whoever reads sets them before.
 * A value that the process was started with stays.
 */
final class AvroLimits {

    /** Bytes of one text; the longest of ours are resource ids and the details of evidence. */
    private static final int TEXT_BYTES = 1 << 16;

    /** Items of one list or map; a record of full detail has some thousand services. */
    private static final int ITEMS = 100_000;

    private AvroLimits() {}

    static void set() {
        limit(SystemLimitException.MAX_STRING_LENGTH_PROPERTY, TEXT_BYTES);
        limit(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, TEXT_BYTES);
        limit(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, ITEMS);
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
