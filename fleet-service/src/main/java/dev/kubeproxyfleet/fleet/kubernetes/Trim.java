package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.limit.Limits;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects as the API gives them, cut to what is kept of them. Whatever they lack is as if it were not known. */
final class Trim {

    /** Of each text that an object holds so much is kept. */
    static final int MAX_TEXT = 253;

    private static final String KUBE_PROXY = "kube-proxy";
    private static final String HASH = "controller-revision-hash";
    private static final String VIRTUAL_TAINT = "virtual-kubelet.io/provider";

    private Trim() {}

    static Kept.DaemonSet daemonSet(DaemonSet set) {
        DaemonSetStatus status = Objects.requireNonNullElseGet(set.getStatus(), DaemonSetStatus::new);
        ObjectMeta meta = set.getMetadata();
        return new Kept.DaemonSet(
                text(meta.getResourceVersion()),
                number(meta.getGeneration()),
                number(status.getObservedGeneration()),
                number(status.getDesiredNumberScheduled()),
                number(status.getNumberMisscheduled()),
                number(status.getUpdatedNumberScheduled()),
                number(status.getNumberAvailable()),
                number(status.getNumberReady()),
                set.getSpec() == null || set.getSpec().getTemplate().getSpec() == null
                        ? CommandLine.UNKNOWN
                        : flags(set.getSpec().getTemplate().getSpec().getContainers()));
    }

    static Kept.Pod pod(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        ContainerStatus status = status(pod);
        ContainerState state = state(status == null ? null : status.getState());
        ContainerStateTerminated last =
                state(status == null ? null : status.getLastState()).getTerminated();
        ContainerStateTerminated ended = state.getTerminated() == null ? last : state.getTerminated();
        return new Kept.Pod(
                text(meta.getName()),
                pod.getSpec() == null ? "" : text(pod.getSpec().getNodeName()),
                label(meta, HASH),
                pod.getSpec() == null
                        ? CommandLine.UNKNOWN
                        : flags(pod.getSpec().getContainers()),
                status != null && Boolean.TRUE.equals(status.getReady()) && state.getRunning() != null,
                status == null ? 0 : number(status.getRestartCount()),
                Objects.requireNonNullElse(time(meta.getCreationTimestamp()), Instant.EPOCH),
                state.getRunning() == null ? null : time(state.getRunning().getStartedAt()),
                ended == null ? null : time(ended.getStartedAt()),
                ended == null ? null : time(ended.getFinishedAt()),
                waiting(pod, state));
    }

    static Kept.Node node(Node node) {
        NodeSystemInfo info = Objects.requireNonNullElseGet(
                node.getStatus() == null ? null : node.getStatus().getNodeInfo(), NodeSystemInfo::new);
        boolean ready = node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        return new Kept.Node(
                text(node.getMetadata().getName()),
                kind(node, info),
                ready,
                text(info.getArchitecture()),
                text(info.getKernelVersion()),
                text(info.getKubeletVersion()));
    }

    static Kept.Event event(Event event) {
        ObjectReference about = event.getInvolvedObject();
        return new Kept.Event(text(event.getReason()), about == null ? "" : text(about.getName()));
    }

    private static Kept.Kind kind(Node node, NodeSystemInfo info) {
        ObjectMeta meta = node.getMetadata();
        boolean isVirtual = label(meta, "type").equals("virtual-kubelet")
                || (node.getSpec() != null
                        && node.getSpec().getTaints().stream().anyMatch(taint -> VIRTUAL_TAINT.equals(taint.getKey())));
        if (isVirtual) {
            return Kept.Kind.VIRTUAL;
        }
        String system = text(info.getOperatingSystem());
        return (system.isEmpty() ? label(meta, "kubernetes.io/os") : system).equals("windows")
                ? Kept.Kind.WINDOWS
                : Kept.Kind.LINUX;
    }

    private static KubeProxyFlags flags(List<Container> containers) {
        return containers.stream()
                .filter(container -> KUBE_PROXY.equals(container.getName()))
                .findFirst()
                .map(container -> CommandLine.read(Stream.of(container.getCommand(), container.getArgs())
                        .flatMap(List::stream)
                        .toList()))
                .orElse(CommandLine.UNKNOWN);
    }

    private static @Nullable ContainerStatus status(Pod pod) {
        return pod.getStatus() == null
                ? null
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> KUBE_PROXY.equals(status.getName()))
                        .findFirst()
                        .orElse(null);
    }

    private static ContainerState state(@Nullable ContainerState state) {
        return state == null ? new ContainerState() : state;
    }

    /** Why the first container of a pod does not run; null if it does. */
    static @Nullable String waiting(Pod pod) {
        ContainerState state = pod.getStatus() == null
                ? null
                : pod.getStatus().getContainerStatuses().stream()
                        .findFirst()
                        .map(ContainerStatus::getState)
                        .orElse(null);
        return waiting(pod, state(state));
    }

    private static @Nullable String waiting(Pod pod, ContainerState state) {
        if (state.getRunning() != null) {
            return null;
        }
        if (state.getWaiting() != null) {
            return text(state.getWaiting().getReason());
        }
        if (state.getTerminated() != null) {
            return text(state.getTerminated().getReason());
        }
        return pod.getStatus() == null ? "" : text(pod.getStatus().getPhase());
    }

    private static String label(ObjectMeta meta, String name) {
        Map<String, String> labels = meta.getLabels();
        return labels == null ? "" : text(labels.get(name));
    }

    static String text(@Nullable String text) {
        return text == null ? "" : Limits.cut(text, MAX_TEXT);
    }

    private static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static long number(@Nullable Long number) {
        return number == null ? 0 : number;
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse).orElse(null);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
