package dev.kubeproxyfleet.agent.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks the attributes of a netlink message. Reads nothing beyond the bytes it was given; an attribute that claims to be longer
 * ends the walk.
 *
 * <p>Source: linux/netlink.h, {@code struct nlattr}: a length that counts its own four bytes, a type, a value; padded to four.
 */
final class Attributes {

    private static final int HEADER = 4;
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer bytes;
    private int next;
    private final int end;
    private int type;
    private int start;
    private int length;

    Attributes(byte[] bytes, int start, int end) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        this.next = start;
        this.end = Math.min(end, bytes.length);
    }

    boolean next() {
        if (next > end - HEADER) {
            return false;
        }
        int size = Short.toUnsignedInt(bytes.getShort(next));
        if (size < HEADER || size > end - next) {
            next = end;
            return false;
        }
        type = bytes.getShort(next + 2) & TYPE_MASK;
        start = next + HEADER;
        length = size - HEADER;
        next += size + 3 & ~3;
        return true;
    }

    int type() {
        return type;
    }

    int length() {
        return length;
    }

    Attributes nested() {
        return new Attributes(bytes.array(), start, start + length);
    }

    /** Native order; 0 if the value is shorter. */
    int u16() {
        return length < 2 ? 0 : Short.toUnsignedInt(bytes.getShort(start));
    }

    /** Network order, as ports are; 0 if the value is shorter. */
    int be16() {
        return length < 2 ? 0 : (bytes.get(start) & 0xFF) << 8 | bytes.get(start + 1) & 0xFF;
    }

    /** Native order, -1 if the value is shorter. */
    long u32() {
        return length < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt(start));
    }

    /** Native order; negative if the value is shorter or does not fit. */
    long u64() {
        return length < 8 ? -1 : bytes.getLong(start);
    }

    /** Big-endian number of {@code count} bytes from {@code offset}; 0 if the value is shorter. */
    long be(int offset, int count) {
        if (length < offset + count) {
            return 0;
        }
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes.get(start + offset + i) & 0xFF;
        }
        return value;
    }
}
