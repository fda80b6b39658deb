package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.view.HistoryPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest points of one cluster's health, oldest overwritten first. Not thread-safe.
 *
 * <p>Primitive columns that grow on demand: with 10,000 clusters and 360 points each this is a tenth of what objects would take.
 */
final class HistoryRing {

    private static final int FIRST_CAPACITY = 16;

    private final int limit;
    private long[] at = new long[0];
    private long[] active = new long[0];
    private long[] inactive = new long[0];
    private double[] perSecond = new double[0];
    private double[] imbalance = new double[0];
    private int next;
    private int size;

    HistoryRing(int limit) {
        this.limit = limit;
    }

    /** Adds a point; one that is not newer than the last is left out, so that reading a topic again changes nothing. */
    void add(HistoryPoint point) {
        long millis = point.at().toEpochMilli();
        if (limit == 0 || (size > 0 && millis <= at[(next + at.length - 1) % at.length])) {
            return;
        }
        if (size == at.length && at.length < limit) {
            grow(Math.min(limit, Math.max(FIRST_CAPACITY, at.length * 2)));
        }
        at[next] = millis;
        active[next] = point.activeConnections();
        inactive[next] = point.inactiveConnections();
        perSecond[next] = unknownAsNaN(point.connectionsPerSecond());
        imbalance[next] = unknownAsNaN(point.imbalance());
        next = (next + 1) % at.length;
        size = Math.min(size + 1, at.length);
    }

    /** The points, oldest first. */
    List<HistoryPoint> points() {
        List<HistoryPoint> points = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int index = (next - size + i + at.length) % at.length;
            points.add(new HistoryPoint(
                    Instant.ofEpochMilli(at[index]),
                    active[index],
                    inactive[index],
                    naNAsUnknown(perSecond[index]),
                    naNAsUnknown(imbalance[index])));
        }
        return points;
    }

    private void grow(int capacity) {
        // Only a ring that has never wrapped grows, so its points already stand in order from 0.
        next = size;
        at = Arrays.copyOf(at, capacity);
        active = Arrays.copyOf(active, capacity);
        inactive = Arrays.copyOf(inactive, capacity);
        perSecond = Arrays.copyOf(perSecond, capacity);
        imbalance = Arrays.copyOf(imbalance, capacity);
    }

    private static double unknownAsNaN(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static @Nullable Double naNAsUnknown(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
