package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.node.KubeProxyPod;
import java.time.Instant;
import java.util.Map;

/** Events as Kubernetes' parts write them. */
final class Events {

    private Events() {}

    /** @param name of what the event is about */
    static Key key(String name, Instant at) {
        boolean ofPod = name.startsWith(KubeProxyObjects.NAME);
        return new Key(
                ResourceType.EVENT,
                ofPod ? KubeProxyObjects.NAMESPACE : "default",
                name + "." + Long.toHexString(at.toEpochMilli()));
    }

    /** What kube-proxy 1.35 says once when it starts in mode IPVS. */
    static ObjectNode ipvsDeprecation(String clusterId, String node, Instant at) {
        ObjectNode event = Objects.named(key(node, at), clusterId, at, Map.of());
        event.putObject("involvedObject").put("kind", "Node").put("name", node).put("uid", node);
        return complete(
                event,
                "IPVSDeprecation",
                "The ipvs proxier is now deprecated and may be removed in a future release. Please use 'nftables' instead.",
                KubeProxyObjects.NAME,
                node,
                at,
                1);
    }

    /** What a kubelet says of a container that ends again and again. */
    static ObjectNode backOff(String clusterId, Key pod, String node, KubeProxyPod running) {
        ObjectNode event =
                Objects.named(key(pod.name(), running.createdAt()), clusterId, running.createdAt(), Map.of());
        event.putObject("involvedObject")
                .put("kind", "Pod")
                .put("namespace", pod.namespace())
                .put("name", pod.name())
                .put("uid", Objects.uid(clusterId + node + pod))
                .put("apiVersion", "v1")
                .put("fieldPath", "spec.containers{" + KubeProxyObjects.NAME + "}");
        return complete(
                event,
                "BackOff",
                "Back-off restarting failed container " + KubeProxyObjects.NAME + " in pod " + pod.name(),
                "kubelet",
                node,
                running.startedAt(),
                running.restarts());
    }

    private static ObjectNode complete(
            ObjectNode event, String reason, String message, String component, String node, Instant at, int count) {
        event.put("reason", reason);
        event.put("message", message);
        event.putObject("source").put("component", component).put("host", node);
        event.put("firstTimestamp", event.at("/metadata/creationTimestamp").asText());
        event.put("lastTimestamp", Objects.time(at));
        event.put("count", count);
        event.put("type", "Warning");
        event.putNull("eventTime");
        event.put("reportingComponent", component);
        event.put("reportingInstance", node);
        return event;
    }
}
