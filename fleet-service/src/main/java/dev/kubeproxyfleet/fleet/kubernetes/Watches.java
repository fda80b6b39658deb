package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Comparator.comparing;

import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.text.Count;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Watches kube-proxy in one cluster: its DaemonSet, its pods, the nodes, and its events. What may not be read is left out, and told
 * by {@link #trouble}. Used by one thread.
 */
final class Watches implements AutoCloseable {

    static final String NAMESPACE = "kube-system";
    static final String NAME = "kube-proxy";

    /** Within this time a watch that has ended is open again, unless it cannot be opened. */
    static final Duration MAX_CLOSED = Duration.ofMinutes(1);

    /** Objects of one answer. */
    private static final long PAGE = 500;

    /** Events that are kept; a further one is of a reason that many nodes show already. */
    private static final int EVENTS_PER_NODE = 4;

    private final KubernetesClient client;
    private final OpenWatches open;
    private final KeptStore<DaemonSet, Kept.DaemonSet> daemonSets;
    private final KeptStore<Pod, Kept.Pod> pods;
    private final KeptStore<Node, Kept.Node> nodes;
    private final KeptStore<Event, Kept.Event> events;
    private final List<Watched> watched;
    private final int maxNodes;
    private @Nullable String newestHash;
    private long hashOf = -1;
    private boolean revisionsForbidden;

    /** @param right as a person grants it; a cluster role of these verbs */
    private record Watched(SharedIndexInformer<?> informer, String right) {

        @Nullable
        Throwable failure() {
            CompletableFuture<Void> stopped = informer.stopped().toCompletableFuture();
            return stopped.isCompletedExceptionally() ? stopped.exceptionNow() : null;
        }

        /** Null unless the API refused what is watched. */
        @Nullable
        Trouble forbidden() {
            Throwable failure = failure();
            Trouble trouble = failure == null ? null : Failures.of(failure, right);
            return trouble != null && trouble.code() == KubernetesReason.AccessForbidden ? trouble : null;
        }
    }

    /** @param changed called whenever an object has changed; must not wait */
    Watches(KubernetesClient client, OpenWatches open, int maxNodes, Runnable changed) {
        this.client = client;
        this.open = open;
        this.maxNodes = maxNodes;
        daemonSets = new KeptStore<>(Trim::daemonSet, DaemonSet::new, 1, changed);
        // While one is replaced, a node has two.
        pods = new KeptStore<>(Trim::pod, Pod::new, 2 * maxNodes, changed);
        nodes = new KeptStore<>(Trim::node, Node::new, maxNodes, changed);
        events = new KeptStore<>(Trim::event, Event::new, EVENTS_PER_NODE * maxNodes, changed);
        watched = List.of(
                watch(
                        client.apps().daemonSets().inNamespace(NAMESPACE).withField("metadata.name", NAME),
                        daemonSets,
                        "list and watch daemonsets.apps in " + NAMESPACE),
                watch(
                        client.pods().inNamespace(NAMESPACE).withLabel("component", NAME),
                        pods,
                        "list and watch pods in " + NAMESPACE),
                watch(client.nodes(), nodes, "list and watch nodes"),
                watch(
                        client.v1().events().inAnyNamespace().withField("source", NAME),
                        events,
                        "list and watch events in all namespaces"));
    }

    private static <T extends HasMetadata> Watched watch(Informable<T> objects, KeptStore<T, ?> store, String right) {
        SharedIndexInformer<T> informer = objects.withLimit(PAGE).runnableInformer(0);
        informer.removeNamespaceIndex();
        informer.itemStore(store);
        // It ends where it fails: whoever looks after it begins it anew, with a pause that grows.
        informer.exceptionHandler((_, _) -> false);
        return new Watched(informer, right);
    }

    /**
     * Reads everything once, and watches from there on.
     *
     * @throws TimeoutException if it takes longer than {@code timeout}
     * @throws ExecutionException if something cannot be read, unless the API forbids it
     */
    void begin(Duration timeout) throws TimeoutException, ExecutionException, InterruptedException {
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        for (Watched each : watched) {
            begun.add(each.informer().start().toCompletableFuture());
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new));
        try {
            all.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            for (Watched each : watched) {
                Throwable failure = each.failure();
                if (failure != null && each.forbidden() == null) {
                    throw new ExecutionException(failure);
                }
            }
        }
    }

    /** Whether all that may be watched is, or is about to be again. */
    private boolean isWhole() {
        return !open.isAnyClosedFor(MAX_CLOSED)
                && watched.stream().allMatch(each -> each.informer().isRunning() || each.forbidden() != null);
    }

    /** Why not all is seen; null if it is. */
    @Nullable
    Trouble trouble() {
        if (nodes.isOverflowing() || pods.isOverflowing()) {
            return new Trouble(
                    KubernetesReason.TooManyObjects, "the cluster has more than " + Count.of(maxNodes, "node"));
        }
        Trouble forbidden = watched.stream()
                .map(Watched::forbidden)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return forbidden == null && revisionsForbidden
                ? new Trouble(
                        KubernetesReason.AccessForbidden,
                        "the service may not list controllerrevisions.apps in " + NAMESPACE)
                : forbidden;
    }

    /**
     * All that is kept, if it is what the API answers to a request that leaves now; null if it is not, or not yet.
     *
     * @throws RuntimeException as {@link #answered}
     */
    @Nullable
    Kept confirmed() {
        Kept.DaemonSet answered = answered();
        readHash(answered);
        Kept kept = kept();
        boolean podsForbidden = watched.get(1).forbidden() != null;
        boolean agrees =
                Agreement.holds(answered, kept.daemonSet(), podsForbidden ? null : Summary.standing(kept), newestHash);
        return agrees && isWhole() ? kept : null;
    }

    /**
     * The DaemonSet as the API answers it now; null if there is none.
     *
     * @throws RuntimeException whatever the client throws where the API does not answer; {@link Failures} tells what it means
     */
    Kept.@Nullable DaemonSet answered() {
        DaemonSet answer =
                client.apps().daemonSets().inNamespace(NAMESPACE).withName(NAME).get();
        if (answer != null && (!"DaemonSet".equals(answer.getKind()) || answer.getMetadata() == null)) {
            throw new IllegalArgumentException("no DaemonSet, but " + answer.getKind());
        }
        return answer == null ? null : Trim.daemonSet(answer);
    }

    /** The controller has made a revision before it says that it observes a generation, so one reading for each is enough. */
    private void readHash(Kept.@Nullable DaemonSet set) {
        if (set == null || set.observedGeneration() == hashOf || revisionsForbidden) {
            return;
        }
        try {
            newestHash =
                    client
                            .apps()
                            .controllerRevisions()
                            .inNamespace(NAMESPACE)
                            .withLabel("component", NAME)
                            .list()
                            .getItems()
                            .stream()
                            .filter(revision -> revision.getRevision() != null && isOfDaemonSet(revision))
                            .max(comparing(ControllerRevision::getRevision))
                            .map(revision -> revision.getMetadata().getLabels().get("controller-revision-hash"))
                            .orElse(null);
            hashOf = set.observedGeneration();
        } catch (KubernetesClientException e) {
            if (e.getCode() != 403) {
                throw e;
            }
            revisionsForbidden = true;
        }
    }

    private static boolean isOfDaemonSet(ControllerRevision revision) {
        return revision.getMetadata().getLabels() != null
                && revision.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> "DaemonSet".equals(owner.getKind()) && NAME.equals(owner.getName()));
    }

    private Kept kept() {
        boolean nodesForbidden = watched.get(2).forbidden() != null;
        return new Kept(
                daemonSets.kept().stream().findFirst().orElse(null),
                newestHash,
                pods.kept(),
                nodesForbidden ? null : nodes.kept(),
                events.kept());
    }

    @Override
    public void close() {
        watched.forEach(each -> each.informer().stop());
    }
}
