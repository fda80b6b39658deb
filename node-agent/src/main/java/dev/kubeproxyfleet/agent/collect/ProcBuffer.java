package dev.kubeproxyfleet.agent.collect;

import java.util.Arrays;

/** Bytes of one proc file, reused from read to read. Grows up to a limit; what is beyond is left out and flagged. */
public final class ProcBuffer {

    /** Largest file that is read: some 250,000 lines of {@code ip_vs}, more than Kubernetes can make on a node. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int INITIAL_BYTES = 8 * 1024;

    private final int limit;
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private boolean overflowed;

    public ProcBuffer() {
        this(MAX_BYTES);
    }

    ProcBuffer(int limit) {
        this.limit = limit;
    }

    /** The content is the first {@link #length()} bytes; valid until the next read. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Whether the file was larger than the limit, so that its end is missing. */
    public boolean overflowed() {
        return overflowed;
    }

    public void clear() {
        length = 0;
        overflowed = false;
    }

    /** Appends {@code count} bytes, as far as the limit allows. */
    public void append(byte[] source, int offset, int count) {
        int room = reserve(count);
        System.arraycopy(source, offset, bytes, length, room);
        length += room;
        overflowed |= room < count;
    }

    /** Makes room for up to {@code count} bytes behind the content and returns how many may be written there. */
    int reserve(int count) {
        int allowed = Math.min(count, limit - length);
        if (length + allowed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(bytes.length * 2, length + allowed)));
        }
        return allowed;
    }

    /** Notes that the file has more than was taken. */
    void overflow() {
        overflowed = true;
    }

    /** Takes over {@code count} bytes that were written behind the content after {@link #reserve}. */
    void written(int count) {
        length += count;
    }
}
