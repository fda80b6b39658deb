package dev.kubeproxyfleet.simulator.node;

import java.util.Arrays;

/** A minimum heap of longs without boxing: a node has hundreds of connections, a fleet thousands of nodes. */
final class LongHeap {

    private long[] values = new long[64];
    private int size;

    int size() {
        return size;
    }

    /** The least value; {@link Long#MAX_VALUE} if there is none. */
    long peek() {
        return size == 0 ? Long.MAX_VALUE : values[0];
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        int child = size++;
        while (child > 0) {
            int parent = (child - 1) >>> 1;
            if (values[parent] <= value) {
                break;
            }
            values[child] = values[parent];
            child = parent;
        }
        values[child] = value;
    }

    /** Removes and returns the least value of a heap that is not empty. */
    long poll() {
        long least = values[0];
        long moved = values[--size];
        int parent = 0;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && values[child + 1] < values[child]) {
                child++;
            }
            if (moved <= values[child]) {
                break;
            }
            values[parent] = values[child];
            parent = child;
        }
        values[parent] = moved;
        return least;
    }
}
