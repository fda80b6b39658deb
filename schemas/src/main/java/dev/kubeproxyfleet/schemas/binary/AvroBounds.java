package dev.kubeproxyfleet.schemas.binary;

import java.util.function.BooleanSupplier;
import org.apache.avro.Schema;

/**
 * Checks that every length and count in an Avro record is covered by bytes that are there. Avro's own reader makes room for
 * what a length claims before it reads, so that a record of fifteen bytes from one node could take all of the service's memory.
 *
 * <p>Source of the encoding: Avro 1.12 specification, "Binary encoding".
 */
final class AvroBounds {

    private static final int MAX_VARINT_BYTES = 10;
    private static final long BROKEN = -1;

    private final byte[] bytes;
    private int position;

    private AvroBounds(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    /** Whether the bytes from {@code offset} on are exactly one value of {@code writer}, as far as sizes go. */
    static boolean hold(Schema writer, byte[] bytes, int offset) {
        AvroBounds bounds = new AvroBounds(bytes, offset);
        return offset <= bytes.length && bounds.skip(writer) && bounds.position == bytes.length;
    }

    private boolean skip(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> true;
            case BOOLEAN -> skipBytes(1);
            case FLOAT -> skipBytes(Float.BYTES);
            case DOUBLE -> skipBytes(Double.BYTES);
            case FIXED -> skipBytes(schema.getFixedSize());
            case INT, LONG, ENUM -> skipVarint();
            case STRING, BYTES -> skipBytes(length());
            case UNION -> {
                long branch = length();
                yield branch >= 0
                        && branch < schema.getTypes().size()
                        && skip(schema.getTypes().get((int) branch));
            }
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    if (!skip(field.schema())) {
                        yield false;
                    }
                }
                yield true;
            }
            case ARRAY -> skipBlocks(() -> skip(schema.getElementType()));
            case MAP -> skipBlocks(() -> skipBytes(length()) && skip(schema.getValueType()));
        };
    }

    private boolean skipBlocks(BooleanSupplier skipItem) {
        while (true) {
            // Our writers make no blocks of negative count, which would carry a size in bytes as well.
            long count = length();
            if (count == 0) {
                return true;
            }
            // An item takes at least a byte: no item of ours is null or an empty record.
            if (count < 0 || count > remaining()) {
                return false;
            }
            for (long i = 0; i < count; i++) {
                if (!skipItem.getAsBoolean()) {
                    return false;
                }
            }
        }
    }

    private boolean skipBytes(long count) {
        if (count < 0 || count > remaining()) {
            return false;
        }
        position += (int) count;
        return true;
    }

    private boolean skipVarint() {
        for (int i = 0; i < MAX_VARINT_BYTES && remaining() > 0; i++) {
            if (bytes[position++] >= 0) {
                return true;
            }
        }
        return false;
    }

    /** A length, count or branch; {@link #BROKEN} if it is negative or not there. */
    private long length() {
        long zigzag = 0;
        for (int i = 0; i < MAX_VARINT_BYTES && remaining() > 0; i++) {
            byte next = bytes[position++];
            zigzag |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                long value = zigzag >>> 1 ^ -(zigzag & 1);
                return value < 0 ? BROKEN : value;
            }
        }
        return BROKEN;
    }

    private int remaining() {
        return bytes.length - position;
    }
}
