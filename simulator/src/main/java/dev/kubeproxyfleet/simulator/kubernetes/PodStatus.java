package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.node.KubeProxyPod;
import java.time.Duration;
import java.time.Instant;

/** The status that a kubelet gives to a pod of one container on the host's network. */
final class PodStatus {

    /** The longest time for which a kubelet lets a crashed container wait. */
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    private final ObjectNode status = JsonNodeFactory.instance.objectNode();
    private final Instant created;

    private PodStatus(String address, Instant created) {
        this.created = created;
        status.put("phase", "Pending");
        status.put("hostIP", address);
        status.putArray("hostIPs").addObject().put("ip", address);
        status.put("podIP", address);
        status.putArray("podIPs").addObject().put("ip", address);
        status.put("startTime", Objects.time(created));
        status.put("qosClass", "Burstable");
    }

    /** @param address of the node */
    static PodStatus of(String address, Instant created) {
        return new PodStatus(address, created);
    }

    PodStatus running(String container, String image, KubeProxyPod pod) {
        ObjectNode one = container(container, image, pod.up(), pod.restarts());
        if (pod.up()) {
            one.putObject("state").putObject("running").put("startedAt", Objects.time(pod.startedAt()));
        } else {
            one.putObject("state")
                    .putObject("waiting")
                    .put("reason", "CrashLoopBackOff")
                    .put(
                            "message",
                            "back-off " + LONGEST_BACK_OFF.toMinutes() + "m0s restarting failed container="
                                    + container);
        }
        if (pod.lastRun() != null) {
            one.putObject("lastState")
                    .putObject("terminated")
                    .put("exitCode", 1)
                    .put("reason", "Error")
                    .put("startedAt", Objects.time(pod.lastRun().startedAt()))
                    .put("finishedAt", Objects.time(pod.lastRun().endedAt()));
        }
        status.put("phase", "Running");
        conditions(pod.up(), pod.up() ? pod.startedAt() : created);
        return this;
    }

    PodStatus started(String container, String image, Instant at) {
        container(container, image, true, 0)
                .putObject("state")
                .putObject("running")
                .put("startedAt", Objects.time(at));
        status.put("phase", "Running");
        conditions(true, at);
        return this;
    }

    PodStatus waiting(String container, String image, String reason, String message) {
        container(container, image, false, 0)
                .putObject("state")
                .putObject("waiting")
                .put("reason", reason)
                .put("message", message);
        conditions(false, created);
        return this;
    }

    private ObjectNode container(String name, String image, boolean ready, int restarts) {
        ObjectNode one = status.putArray("containerStatuses").addObject();
        one.put("name", name);
        one.put("image", image);
        one.put("imageID", "");
        one.put("ready", ready);
        one.put("started", ready);
        one.put("restartCount", restarts);
        return one;
    }

    private void conditions(boolean ready, Instant since) {
        var conditions = status.putArray("conditions");
        condition(conditions.addObject(), "PodScheduled", true, created);
        condition(conditions.addObject(), "Initialized", true, created);
        condition(conditions.addObject(), "ContainersReady", ready, since);
        condition(conditions.addObject(), "Ready", ready, since);
    }

    private static void condition(ObjectNode condition, String type, boolean holds, Instant since) {
        condition
                .put("type", type)
                .put("status", holds ? "True" : "False")
                .put("lastTransitionTime", Objects.time(since));
        if (!holds) {
            condition.put("reason", "ContainersNotReady");
        }
    }

    void into(ObjectNode pod) {
        pod.set("status", status);
    }
}
