package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.kubernetes.ClusterAccess.Access;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Watches one cluster from the question to ARM on, until it fails or is stopped; {@link #run} has a thread of its own.
 *
 * <p>What is watched is told only with a request of its own that confirms it. So a watch that is dead without anybody having told
 * makes nothing look newer than it is.
 */
final class ClusterWatch {

    /** Shortest time between two requests that confirm, and so between two records. */
    static final Duration MIN_GAP = Duration.ofSeconds(1);

    /** Watches that disagree with what the API answers for so long are begun anew. */
    static final Duration MAX_DISAGREEMENT = Duration.ofMinutes(1);

    private static final String GET = "get daemonsets.apps in " + Watches.NAMESPACE;

    private final String cluster;
    private final Means means;
    private final Listener listener;
    private final AtomicReference<CompletableFuture<Void>> wake = new AtomicReference<>(new CompletableFuture<>());
    private volatile boolean stopped;
    private volatile Duration interval;

    /**
     * What every watch uses.
     *
     * @param answerTimeout in which an answer must have come in full
     * @param readTimeout in which all must have been read once
     * @param agents whether agents are looked at, too
     */
    record Means(
            ClusterAccess access,
            ClusterTokens tokens,
            ApiClients clients,
            Pause pause,
            InstantSource clock,
            Duration answerTimeout,
            Duration readTimeout,
            int maxNodes,
            boolean agents) {}

    /** Is told what comes of the watch, by the watch's thread. */
    interface Listener {

        /** An object of the cluster has changed; called by any thread, and must not wait. */
        void changed();

        /** @param hindered why not all is seen; null if it is */
        void seen(@Nullable String uid, KubernetesSeen seen, @Nullable Trouble hindered);

        /** The watch ends with it. */
        void failed(@Nullable String uid, Trouble trouble);
    }

    /** @param interval between two requests that confirm, while nothing changes */
    ClusterWatch(String cluster, Duration interval, Means means, Listener listener) {
        this.cluster = cluster;
        this.interval = interval;
        this.means = means;
        this.listener = listener;
    }

    /** Another pace from now on. */
    void pace(Duration newInterval) {
        if (!newInterval.equals(interval)) {
            interval = newInterval;
            wake();
        }
    }

    /** The listener is told nothing any more, and {@link #run} returns once what it waits for answers. */
    void stop() {
        stopped = true;
        wake();
    }

    void run() {
        switch (means.access().open(cluster)) {
            case Access.Denied denied -> fail(denied.uid(), denied.trouble());
            case Access.Granted granted -> watch(granted);
        }
    }

    private void watch(Access.Granted granted) {
        Trouble trouble;
        try {
            Calls calls = new Calls(means.tokens(), means.answerTimeout());
            OpenWatches open = new OpenWatches(means.clock());
            try (KubernetesClient client = means.clients().open(granted.server(), calls::token, open);
                    Watches watches = new Watches(client, open, means.maxNodes(), this::changed)) {
                trouble = follow(granted.uid(), watches, client, calls);
            }
        } catch (ClusterTokens.Unavailable e) {
            trouble = new Trouble(KubernetesReason.TokenUnavailable, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            trouble = Failures.of(e, GET);
        }
        if (trouble != null) {
            if (trouble.code() == KubernetesReason.CertificateUntrusted
                    || trouble.code() == KubernetesReason.ServerUnreachable) {
                means.access().doubt(cluster);
            }
            fail(granted.uid(), trouble);
        }
    }

    /** Null once it was stopped. */
    private @Nullable Trouble follow(@Nullable String uid, Watches watches, KubernetesClient client, Calls calls)
            throws ClusterTokens.Unavailable {
        // Asked alone first, it tells of the server and the token whatever the watches would meet at once.
        calls.make(watches::answered);
        try {
            watches.begin(means.readTimeout());
        } catch (TimeoutException e) {
            return new Trouble(
                    KubernetesReason.ServerUnreachable,
                    "not all was read within " + means.readTimeout().toSeconds() + " s");
        } catch (ExecutionException e) {
            return Failures.of(e, "list and watch what it needs");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        Instant agreedAt = means.clock().instant();
        while (!stopped) {
            CompletableFuture<Void> signal = new CompletableFuture<>();
            wake.set(signal);
            Instant at = means.clock().instant();
            Kept kept = calls.make(watches::confirmed);
            Trouble hindered = watches.trouble();
            if (hindered != null && hindered.code() == KubernetesReason.TooManyObjects) {
                return hindered;
            }
            if (kept != null) {
                agreedAt = at;
                AgentSight.Seen agents = agents(client, calls);
                see(uid, Summary.of(kept, agents.daemonSets(), at), hindered == null ? agents.hindered() : hindered);
            } else if (at.isAfter(agreedAt.plus(MAX_DISAGREEMENT))) {
                return new Trouble(
                        KubernetesReason.ViewOutdated,
                        "what is watched has disagreed with what the cluster's API answers for "
                                + MAX_DISAGREEMENT.toSeconds() + " s");
            }
            if (!stopped) {
                means.pause().sleep(MIN_GAP);
                if (kept != null) {
                    means.pause().await(signal, interval.minus(MIN_GAP));
                }
            }
        }
        return null;
    }

    private void changed() {
        listener.changed();
        wake();
    }

    private void wake() {
        wake.get().complete(null);
    }

    private AgentSight.Seen agents(KubernetesClient client, Calls calls) throws ClusterTokens.Unavailable {
        AgentSight.Seen seen = means.agents() ? calls.make(() -> AgentSight.look(client)) : null;
        return seen == null ? AgentSight.Seen.NOTHING : seen;
    }

    private void see(@Nullable String uid, KubernetesSeen seen, @Nullable Trouble hindered) {
        if (!stopped) {
            listener.seen(uid, seen, hindered);
        }
    }

    private void fail(@Nullable String uid, Trouble trouble) {
        if (!stopped) {
            listener.failed(uid, trouble);
        }
    }
}
