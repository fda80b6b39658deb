package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.KubernetesTrouble;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that this replica looks at, with the watch of each that is watched now. Thread-safe: watches tell what they see by
 * threads of their own.
 */
final class WatchedClusters {

    private static final Logger LOG = Logger.getLogger(WatchedClusters.class);

    private final KnownFleet fleet;
    private final ClusterWatch.Means means;
    private final RecordPublisher publisher;
    private final Executor threads;
    private final KubernetesMetrics metrics;
    private final Pace pace;

    private final ReentrantLock lock = new ReentrantLock();
    private final Turns turns;
    private final Map<String, Telling> tellings = new HashMap<>();
    private final Map<String, ClusterWatch> watches = new HashMap<>();
    private final Map<String, Instant> toldAt = new HashMap<>();

    /**
     * @param first between two requests that confirm, of clusters that come first
     * @param others the same of the others
     * @param look time in which what was seen is told again although nothing has changed
     */
    record Pace(Duration first, Duration others, Duration look) {}

    /** @param threads runs each watch on a thread of its own */
    WatchedClusters(
            KnownFleet fleet,
            Turns turns,
            ClusterWatch.Means means,
            RecordPublisher publisher,
            Executor threads,
            KubernetesMetrics metrics,
            Pace pace) {
        this.fleet = fleet;
        this.turns = turns;
        this.means = means;
        this.publisher = publisher;
        this.threads = threads;
        this.metrics = metrics;
        this.pace = pace;
    }

    /** A cluster to be looked at; until its turn comes, that is told if nothing else was told of it yet. */
    void add(String cluster) {
        locked(() -> {
            if (!turns.has(cluster)) {
                turns.add(cluster);
                Telling telling = new Telling(cluster, fleet.published(cluster).orElse(null));
                tellings.put(cluster, telling);
                if (telling.last() == null) {
                    tell(
                            cluster,
                            telling.unseen(
                                    null,
                                    new Trouble(KubernetesReason.NotLookedYet, "its turn has not come yet"),
                                    now()));
                }
            }
            return null;
        });
    }

    /** A cluster that is gone, or is not selected: what was told of it is withdrawn. */
    void withdraw(String cluster) {
        locked(() -> {
            boolean wasTold =
                    tellings.containsKey(cluster) || fleet.published(cluster).isPresent();
            release(cluster);
            if (wasTold) {
                publisher.publish(cluster, null);
            }
            return null;
        });
    }

    /** Another replica looks at the cluster from now on; nothing is told of it by this one any more. */
    void release(String cluster) {
        locked(() -> {
            turns.remove(cluster);
            tellings.remove(cluster);
            toldAt.remove(cluster);
            means.access().forget(cluster);
            ClusterWatch watch = watches.remove(cluster);
            if (watch != null) {
                watch.stop();
            }
            return null;
        });
    }

    /** Begins and ends watches as it is their turn. */
    void advance() {
        var first = fleet.watchedFirst();
        locked(() -> {
            turns.first(first);
            watches.forEach((cluster, watch) -> watch.pace(interval(cluster)));
            Turns.Steps steps = turns.next(now());
            steps.stop()
                    .forEach(cluster ->
                            Objects.requireNonNull(watches.get(cluster)).stop());
            steps.start().forEach(this::begin);
            metrics.watched(turns.watched());
            metrics.troubles(troubles());
            return null;
        });
    }

    private void begin(String cluster) {
        ClusterWatch watch = new ClusterWatch(cluster, interval(cluster), means, new Heard(cluster));
        watches.put(cluster, watch);
        threads.execute(() -> {
            try {
                watch.run();
            } catch (RuntimeException e) {
                LOG.errorf(e, "watching failed for a fault of this program cluster=%s", cluster);
                locked(() -> {
                    turns.failed(cluster, now());
                    return null;
                });
            } finally {
                ended(cluster, watch);
            }
        });
    }

    private void ended(String cluster, ClusterWatch watch) {
        locked(() -> {
            if (watches.remove(cluster, watch)) {
                turns.ended(cluster);
            }
            return null;
        });
    }

    private Duration interval(String cluster) {
        return turns.isFirst(cluster) ? pace.first() : pace.others();
    }

    private Map<String, Integer> troubles() {
        Map<String, Integer> troubles = new HashMap<>();
        for (Telling telling : tellings.values()) {
            String code = code(telling.last());
            if (code != null) {
                troubles.merge(code, 1, Integer::sum);
            }
        }
        return troubles;
    }

    private static @Nullable String code(@Nullable ClusterKubernetes record) {
        KubernetesTrouble trouble = record == null ? null : record.getTrouble();
        return trouble == null ? null : trouble.getCode();
    }

    private void tell(String cluster, Optional<ClusterKubernetes> record) {
        record.ifPresent(told -> {
            toldAt.put(cluster, now());
            publisher.publish(cluster, told);
        });
    }

    private Instant now() {
        return means.clock().instant();
    }

    private <T> @Nullable T locked(Supplier<@Nullable T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** What one watch tells. What comes late, once the watch is another's, is not told on. */
    private final class Heard implements ClusterWatch.Listener {
        private final String cluster;

        Heard(String cluster) {
            this.cluster = cluster;
        }

        @Override
        public void changed() {
            metrics.event();
        }

        @Override
        public void seen(@Nullable String uid, KubernetesSeen seen, @Nullable Trouble hindered) {
            locked(() -> {
                Telling telling = tellings.get(cluster);
                if (telling != null) {
                    turns.seen(cluster, now());
                    String before = code(telling.last());
                    Instant told = toldAt.get(cluster);
                    boolean refresh = turns.isFirst(cluster)
                            || told == null
                            || !told.plus(pace.look()).isAfter(now());
                    tell(cluster, telling.seen(uid, seen, hindered, refresh, now()));
                    log(before, hindered);
                }
                return null;
            });
        }

        @Override
        public void failed(@Nullable String uid, Trouble trouble) {
            locked(() -> {
                Telling telling = tellings.get(cluster);
                if (telling != null) {
                    turns.failed(cluster, now());
                    metrics.reconnect(trouble.code());
                    String before = code(telling.last());
                    tell(cluster, telling.unseen(uid, trouble, now()));
                    log(before, trouble);
                }
                return null;
            });
        }

        private void log(@Nullable String before, @Nullable Trouble trouble) {
            String after = trouble == null ? null : trouble.code().code();
            if (trouble != null && !trouble.code().code().equals(before)) {
                LOG.warnf(
                        "a cluster's Kubernetes API cannot be seen, or not all of it cluster=%s code=%s: %s",
                        cluster, after, trouble.message());
            } else if (trouble == null && before != null) {
                LOG.infof("a cluster's Kubernetes API can be seen cluster=%s, no longer code=%s", cluster, before);
            }
        }
    }
}
