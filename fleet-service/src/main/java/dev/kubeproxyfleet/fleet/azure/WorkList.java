package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done in the owned partitions of {@code operations}, and what runs: at most one operation of a cluster, at most
 * so many at once.
 *
 * <p>A partition that is being read from its start only collects; what is left when it has caught up is the work. Thread-safe.
 */
final class WorkList {

    private static final Logger LOG = Logger.getLogger(WorkList.class);

    /** What the list lets happen; called outside of its lock. */
    interface Effects {

        /** Runs it on a thread of its own and calls {@link WorkList#finished} at the end. */
        void start(Operation operation, Fence fence);

        /** It has to wait for another operation to end. */
        void queued(Operation operation);

        /** Says again what became of it: its asker may not have heard. */
        void repeat(Outcome outcome);
    }

    private static final class Slot {
        final int partition;

        @Nullable
        Operation wanted;

        @Nullable
        Operation running;

        @Nullable
        Fence fence;
        /** What became of {@code wanted}, once that is known. */
        @Nullable
        Outcome outcome;

        boolean queued;

        Slot(int partition) {
            this.partition = partition;
        }
    }

    private final Effects effects;
    private final int maxRunning;
    private final BooleanSupplier held;
    private final Map<String, Slot> slots = new HashMap<>();
    private final Set<Integer> collecting = new HashSet<>();
    private final Deque<String> queue = new ArrayDeque<>();
    private int running;

    /**
     * @param maxRunning {@code kpfleet.azure.max-concurrent-operations}
     * @param held whether operations may write; where not, the partitions are going to be revoked
     */
    WorkList(Effects effects, int maxRunning, BooleanSupplier held) {
        if (maxRunning < 1) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.max-concurrent-operations must be at least 1, not " + maxRunning);
        }
        this.effects = effects;
        this.maxRunning = maxRunning;
        this.held = held;
    }

    /** A partition is ours and will be read from its start. */
    synchronized void assigned(int partition) {
        collecting.add(partition);
    }

    /** A partition has been read up to its end: what it wants now starts. */
    void caughtUp(int partition) {
        List<Runnable> then = new ArrayList<>();
        synchronized (this) {
            if (!collecting.remove(partition)) {
                return;
            }
            slots.forEach((cluster, slot) -> {
                if (slot.partition == partition) {
                    enqueue(cluster, slot);
                }
            });
            startNext(then);
        }
        then.forEach(Runnable::run);
    }

    /** @param wanted null for a tombstone */
    void accept(int partition, String cluster, @Nullable Operation wanted) {
        List<Runnable> then = new ArrayList<>();
        synchronized (this) {
            boolean now = !collecting.contains(partition);
            if (wanted == null) {
                withdraw(cluster);
            } else {
                want(slots.computeIfAbsent(cluster, key -> new Slot(partition)), cluster, wanted, now, then);
            }
            startNext(then);
        }
        then.forEach(Runnable::run);
    }

    /** Partitions are no longer ours: no write of their operations begins any more. Returns the fences of what runs. */
    List<Fence> revoked(Collection<Integer> partitions) {
        List<Fence> fences = new ArrayList<>();
        List<Runnable> then = new ArrayList<>();
        synchronized (this) {
            collecting.removeAll(partitions);
            slots.entrySet().removeIf(entry -> {
                Slot slot = entry.getValue();
                if (!partitions.contains(slot.partition)) {
                    return false;
                }
                if (slot.fence != null) {
                    slot.fence.stop();
                    fences.add(slot.fence);
                    running--;
                }
                queue.remove(entry.getKey());
                return true;
            });
            startNext(then);
        }
        then.forEach(Runnable::run);
        return fences;
    }

    /** @param outcome null if there was none to report */
    void finished(String cluster, Fence fence, @Nullable Outcome outcome) {
        List<Runnable> then = new ArrayList<>();
        synchronized (this) {
            Slot slot = slots.get(cluster);
            if (slot == null || slot.fence != fence) {
                return; // its partition has been revoked meanwhile
            }
            Operation done = slot.running;
            slot.running = null;
            slot.fence = null;
            running--;
            if (slot.wanted == null) {
                slots.remove(cluster);
            } else if (done != null && same(slot.wanted, done) && outcome != null) {
                slot.outcome = outcome;
            } else if (held.getAsBoolean()) {
                enqueue(cluster, slot);
            }
            startNext(then);
        }
        then.forEach(Runnable::run);
    }

    synchronized int running() {
        return running;
    }

    synchronized int queued() {
        return queue.size();
    }

    private void withdraw(String cluster) {
        Slot slot = slots.get(cluster);
        if (slot == null) {
            return;
        }
        slot.wanted = null;
        slot.outcome = null;
        if (slot.queued) {
            queue.remove(cluster);
            slot.queued = false;
        }
        if (slot.fence == null) {
            slots.remove(cluster);
        } else {
            slot.fence.cancel();
        }
    }

    private void want(Slot slot, String cluster, Operation wanted, boolean now, List<Runnable> then) {
        Operation known = slot.wanted;
        if (known != null && older(wanted, known)) {
            LOG.warnf(
                    "older operation ignored cluster=%s rollout=%s generation=%d attempt=%d newer=%s",
                    cluster, wanted.rollout(), wanted.generation(), wanted.attempt(), known.rollout());
            return;
        }
        if (known != null && same(known, wanted)) {
            Outcome outcome = slot.outcome;
            if (outcome != null) {
                then.add(() -> effects.repeat(outcome));
            }
            return;
        }
        slot.wanted = wanted;
        slot.outcome = null;
        if (slot.fence != null) {
            slot.fence.cancel();
        } else if (now) {
            enqueue(cluster, slot);
            if (running >= maxRunning) {
                then.add(() -> effects.queued(wanted));
            }
        }
    }

    private void enqueue(String cluster, Slot slot) {
        if (slot.wanted != null && slot.outcome == null && slot.fence == null && !slot.queued) {
            slot.queued = true;
            queue.add(cluster);
        }
    }

    private void startNext(List<Runnable> then) {
        while (running < maxRunning) {
            String cluster = queue.poll();
            if (cluster == null) {
                return;
            }
            Slot slot = Optional.ofNullable(slots.get(cluster)).orElseThrow();
            Operation operation = Optional.ofNullable(slot.wanted).orElseThrow();
            Fence fence = new Fence(held);
            slot.queued = false;
            slot.running = operation;
            slot.fence = fence;
            running++;
            then.add(() -> effects.start(operation, fence));
        }
    }

    private static boolean same(Operation one, Operation other) {
        return one.rollout().equals(other.rollout()) && one.attempt() == other.attempt();
    }

    /** Generations of different configurations say nothing about each other: there the later record holds. */
    private static boolean older(Operation one, Operation than) {
        return one.config().equals(than.config())
                && (one.generation() < than.generation()
                        || (one.generation() == than.generation() && one.attempt() < than.attempt()));
    }
}
