package dev.kubeproxyfleet.agent.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one proc file, reused from read to read, up to a limit; what is beyond is left out and flagged. It holds the whole
 * file, or a window of {@link #WINDOW_BYTES} that hands on its lines when it is full, so that a table takes no memory of its
 * own size.
 */
public final class ProcBuffer {

    /** Largest table that is read: some 250,000 lines of {@code ip_vs}, more than Kubernetes can make on a node. */
    public static final int MAX_TABLE_BYTES = 16 * 1024 * 1024;

    /** Largest file that is held as a whole: some 4,000 CPUs in {@code stat/nf_conntrack}. */
    static final int MAX_WHOLE_BYTES = 1024 * 1024;

    static final int WINDOW_BYTES = 64 * 1024;

    private static final int INITIAL_BYTES = 8 * 1024;

    /** Takes the next whole lines of a file: the first {@code length} bytes, valid during the call. */
    @FunctionalInterface
    interface Lines {
        void take(byte[] bytes, int length);
    }

    private final int limit;
    private final int largest;
    private final @Nullable Lines lines;
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int taken;
    private boolean overflowed;

    /** Holds the whole file. */
    public ProcBuffer() {
        this(MAX_WHOLE_BYTES, MAX_WHOLE_BYTES, null);
    }

    /** A window that hands its lines to {@code lines} when it is full; what is left at the end is its content. */
    ProcBuffer(int limit, Lines lines) {
        this(limit, WINDOW_BYTES, lines);
    }

    private ProcBuffer(int limit, int largest, @Nullable Lines lines) {
        this.limit = limit;
        this.largest = largest;
        this.lines = lines;
    }

    /** The content is the first {@link #length()} bytes; valid until the next read. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Whether the file, or a line of it, was larger than the limit, so that the end is missing. */
    public boolean overflowed() {
        return overflowed;
    }

    public void clear() {
        length = 0;
        taken = 0;
        overflowed = false;
    }

    /** Appends {@code count} bytes, as far as the limit allows. */
    public void append(byte[] source, int offset, int count) {
        int from = offset;
        int end = offset + count;
        while (from < end) {
            int room = reserve(end - from);
            if (room == 0) {
                overflow();
                return;
            }
            System.arraycopy(source, from, bytes, length, room);
            written(room);
            from += room;
        }
    }

    /** Makes room for up to {@code count} bytes behind the content and returns how many may be written there. */
    int reserve(int count) {
        int allowed = Math.min(count, limit - taken);
        if (length + allowed > bytes.length && bytes.length < largest) {
            bytes = Arrays.copyOf(bytes, Math.min(largest, Math.max(bytes.length * 2, length + allowed)));
        }
        if (length == bytes.length) {
            handOn();
        }
        return Math.min(allowed, bytes.length - length);
    }

    private void handOn() {
        int end = length;
        while (lines != null && end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (lines != null && end > 0) {
            lines.take(bytes, end);
            System.arraycopy(bytes, end, bytes, 0, length - end);
            length -= end;
        }
    }

    /** Notes that the file has more than was taken. */
    void overflow() {
        overflowed = true;
    }

    /** Takes over {@code count} bytes that were written behind the content after {@link #reserve}. */
    void written(int count) {
        length += count;
        taken += count;
    }
}
