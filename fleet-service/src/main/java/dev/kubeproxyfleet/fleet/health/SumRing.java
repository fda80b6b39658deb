package dev.kubeproxyfleet.fleet.health;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sums by index, of the newest few indices. It costs next to nothing while all of them are zero. Adding stops at the largest
 * int. Not thread-safe.
 */
final class SumRing {

    private final int size;
    private long newest;
    private int @Nullable [] sums;
    private int nonZero;

    /** @param newest index from which it begins; negative ones are none */
    SumRing(int size, long newest) {
        this.size = size;
        this.newest = newest;
    }

    /** Forgets what is older than {@code size} indices up to this one. An index that is not newer changes nothing. */
    void advance(long to) {
        if (sums != null) {
            long last = Math.min(to, newest + size);
            for (long index = newest + 1; index <= last && nonZero > 0; index++) {
                if (sums[slot(index)] != 0) {
                    sums[slot(index)] = 0;
                    nonZero--;
                }
            }
            if (nonZero == 0) {
                sums = null;
            }
        }
        newest = Math.max(newest, to);
    }

    /** An index that is newer than the newest, or has left the ring, adds nothing. */
    void add(long index, long amount) {
        if (amount <= 0 || !holds(index)) {
            return;
        }
        if (sums == null) {
            sums = new int[size];
        }
        int slot = slot(index);
        if (sums[slot] == 0) {
            nonZero++;
        }
        sums[slot] = (int) Math.min(Integer.MAX_VALUE, sums[slot] + Math.min(amount, Integer.MAX_VALUE));
    }

    /** Zero for an index that is not in the ring. */
    int get(long index) {
        return sums == null || !holds(index) ? 0 : sums[slot(index)];
    }

    boolean isZero() {
        return sums == null;
    }

    private boolean holds(long index) {
        return index >= 0 && index <= newest && index > newest - size;
    }

    private int slot(long index) {
        return (int) (index % size);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(newest);
        out.writeBoolean(sums != null);
        if (sums != null) {
            for (int sum : sums) {
                out.writeInt(sum);
            }
        }
    }

    static SumRing read(int size, DataInputStream in) throws IOException {
        SumRing ring = new SumRing(size, in.readLong());
        if (in.readBoolean()) {
            ring.sums = new int[size];
            for (int i = 0; i < size; i++) {
                ring.sums[i] = in.readInt();
                ring.nonZero += ring.sums[i] == 0 ? 0 : 1;
            }
        }
        return ring;
    }
}
