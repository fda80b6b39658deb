package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.avro.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's API answers of its agents. They are asked for each time and not watched: two requests cost less than what would be
 * kept for a watch, and the pods are of interest only while they do not run.
 */
final class AgentSight {

    static final int MAX_REASONS = 16;

    /** Pods of which the reasons are counted; those of a larger cluster are no others. */
    static final long MAX_PODS = 500;

    private static final String IN_NAMESPACE = " in " + AgentManifest.NAMESPACE;

    private final KubernetesClient client;
    private @Nullable Trouble forbidden;

    private AgentSight(KubernetesClient client) {
        this.client = client;
    }

    /**
     * What is seen.
     *
     * @param daemonSets null if they may not be seen
     * @param hindered why not all is seen; null if it is
     */
    record Seen(
            @Nullable List<AgentDaemonSet> daemonSets,
            @Nullable Trouble hindered) {

        /** Where nobody looks. */
        static final Seen NOTHING = new Seen(null, null);
    }

    /** @throws RuntimeException whatever the client throws where the API does not answer; {@link Failures} tells what it means */
    static Seen look(KubernetesClient client) {
        return new AgentSight(client).look();
    }

    private Seen look() {
        List<DaemonSet> sets = new ArrayList<>();
        for (String name : List.of(AgentManifest.NAME, AgentManifest.JVM_NAME)) {
            DaemonSet set = unlessForbidden(
                    "get daemonsets.apps" + IN_NAMESPACE,
                    () -> client.apps()
                            .daemonSets()
                            .inNamespace(AgentManifest.NAMESPACE)
                            .withName(name)
                            .get());
            if (forbidden != null) {
                return new Seen(null, forbidden);
            }
            if (set != null) {
                sets.add(set);
            }
        }
        List<Pod> pods = sets.stream().allMatch(set -> isRolledOut(Trim.daemonSet(set))) ? List.of() : pods();
        return new Seen(sets.stream().map(set -> seen(set, pods)).toList(), forbidden);
    }

    private static boolean isRolledOut(Kept.DaemonSet set) {
        return set.isObserved() && set.updated() >= set.desired() && set.available() >= set.desired();
    }

    private List<Pod> pods() {
        List<Pod> pods = unlessForbidden(
                "list pods" + IN_NAMESPACE,
                () -> client.pods()
                        .inNamespace(AgentManifest.NAMESPACE)
                        .list(new ListOptionsBuilder().withLimit(MAX_PODS).build())
                        .getItems());
        return pods == null ? List.of() : pods;
    }

    private <T> @Nullable T unlessForbidden(String right, Supplier<@Nullable T> call) {
        try {
            return call.get();
        } catch (KubernetesClientException e) {
            Trouble trouble = Failures.of(e, right);
            if (trouble.code() != KubernetesReason.AccessForbidden) {
                throw e;
            }
            forbidden = trouble;
            return null;
        }
    }

    private static AgentDaemonSet seen(DaemonSet set, List<Pod> pods) {
        Kept.DaemonSet numbers = Trim.daemonSet(set);
        String kafka = InstalledAgents.kafka(set);
        return new AgentDaemonSet(
                set.getMetadata().getName(),
                InstalledAgents.isOurs(set),
                Trim.text(InstalledAgents.image(set)),
                kafka == null ? null : Trim.text(kafka),
                numbers.generation(),
                numbers.observedGeneration(),
                numbers.desired(),
                numbers.updated(),
                numbers.available(),
                waiting(pods.stream().filter(pod -> isOf(set, pod))));
    }

    private static boolean isOf(DaemonSet set, Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        Objects.equals(owner.getUid(), set.getMetadata().getUid()));
    }

    private static Map<String, Integer> waiting(Stream<Pod> pods) {
        return pods
                .map(Trim::waiting)
                .filter(reason -> reason != null && !reason.isEmpty())
                .collect(groupingBy(reason -> reason, counting()))
                .entrySet()
                .stream()
                .sorted(comparing((Map.Entry<String, Long> reason) -> -reason.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_REASONS)
                .collect(toMap(Map.Entry::getKey, reason -> reason.getValue().intValue()));
    }
}
