package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The controller of the DaemonSets that people apply, and the kubelets of their pods: pods come, start some time later, and are
 * replaced as {@code maxUnavailable} lets them. Thread-safe.
 */
final class DaemonSets {

    static final String HASH = "controller-revision-hash";

    /** From a pod's creation until its container runs, in Azure's time. */
    static final Duration START = Duration.ofSeconds(5);

    private static final int HASH_DIGITS = 10;

    private final String clusterId;
    private final ClusterStore store;
    private final KubernetesFaults faults;
    private final InstantSource clock;
    private final Duration start;

    /** @param speed divides the time that a pod takes to start */
    DaemonSets(String clusterId, ClusterStore store, KubernetesFaults faults, InstantSource clock, double speed) {
        this.clusterId = clusterId;
        this.store = store;
        this.faults = faults;
        this.clock = clock;
        this.start = Duration.ofNanos((long) (START.toNanos() / speed));
    }

    /** A pod of a DaemonSet as it is now. */
    private record Pod(Key key, ObjectNode tree) {

        String node() {
            return tree.at("/spec/nodeName").asText();
        }

        String hash() {
            return tree.path("metadata").path("labels").path(HASH).asText();
        }

        boolean isReady() {
            return tree.at("/status/containerStatuses/0/ready").asBoolean();
        }
    }

    /** Does what is due now. */
    synchronized void follow(ClusterFacts facts) {
        for (Stored set : store.list(ResourceType.DAEMON_SET, "").objects()) {
            if (!set.key().equals(KubeProxyObjects.DAEMON_SET)) {
                follow(facts, set);
            }
        }
    }

    private void follow(ClusterFacts facts, Stored stored) {
        ObjectNode set = stored.tree();
        String hash = Objects.uid(set.at("/spec/template").toString())
                .replace("-", "")
                .substring(0, HASH_DIGITS);
        showRevision(stored.key(), set, hash);
        Map<String, Pod> pods = podsOf(stored.key(), set.at("/metadata/uid").asText());
        List<NodeFacts> nodes = facts.nodes().stream()
                .filter(node -> Placement.admits(set.at("/spec/template/spec"), node))
                .toList();
        List<String> names = nodes.stream().map(NodeFacts::name).toList();
        pods.values().stream()
                .filter(pod -> !names.contains(pod.node()))
                .toList()
                .forEach(pod -> remove(pods, pod));
        pods.replaceAll((node, pod) -> settle(Objects.address(indexOf(facts, node)), pod));
        replaceSome(set, hash, nodes.size(), pods);
        for (String node : names) {
            pods.computeIfAbsent(
                    node, _ -> settle(Objects.address(indexOf(facts, node)), create(stored.key(), set, hash, node)));
        }
        showStatus(stored, set, hash, nodes.size(), pods);
    }

    private static int indexOf(ClusterFacts facts, String node) {
        return facts.nodes().stream().map(NodeFacts::name).toList().indexOf(node);
    }

    private Map<String, Pod> podsOf(Key set, String uid) {
        Map<String, Pod> pods = new HashMap<>();
        for (Stored object : store.list(ResourceType.POD, set.namespace()).objects()) {
            Pod pod = new Pod(object.key(), object.tree());
            if (pod.tree().at("/metadata/ownerReferences/0/uid").asText().equals(uid)) {
                pods.put(pod.node(), pod);
            }
        }
        return pods;
    }

    private void remove(Map<String, Pod> pods, Pod pod) {
        store.remove(pod.key());
        pods.remove(pod.node());
    }

    /** Removes pods of an older template: those that are not ready at once, others as far as that is allowed. */
    private void replaceSome(ObjectNode set, String hash, int desired, Map<String, Pod> pods) {
        if (set.at("/spec/updateStrategy/type").asText().equals("OnDelete")) {
            return;
        }
        List<Pod> old = new ArrayList<>(pods.values());
        old.removeIf(pod -> pod.hash().equals(hash));
        old.stream().filter(pod -> !pod.isReady()).forEach(pod -> remove(pods, pod));
        old.removeIf(pod -> !pod.isReady());
        long ready = pods.values().stream().filter(Pod::isReady).count();
        long allowed = maxUnavailable(set, desired) - (desired - ready);
        old.stream().limit(Math.max(0, allowed)).forEach(pod -> remove(pods, pod));
    }

    private static int maxUnavailable(ObjectNode set, int desired) {
        String value =
                set.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asText("1");
        int number = value.matches("\\d{1,3}%")
                ? (int) Math.ceil(desired * Integer.parseInt(value.replace("%", "")) / 100.0)
                : value.matches("\\d{1,6}") ? Integer.parseInt(value) : 1;
        return Math.max(1, number);
    }

    private Pod create(Key set, ObjectNode owner, String hash, String node) {
        Map<String, String> labels = labels(owner, hash);
        labels.put("pod-template-generation", owner.at("/metadata/generation").asText());
        String uid = UUID.randomUUID().toString();
        Key key = new Key(ResourceType.POD, set.namespace(), set.name() + "-" + uid.substring(0, 8));
        ObjectNode pod = Objects.named(key, uid, clock.instant(), labels);
        Objects.own(pod, ResourceType.DAEMON_SET, owner);
        ObjectNode spec = owner.at("/spec/template/spec").deepCopy();
        spec.put("nodeName", node);
        pod.set("spec", spec);
        return new Pod(key, pod);
    }

    private static Map<String, String> labels(ObjectNode owner, String hash) {
        Map<String, String> labels = new HashMap<>();
        owner.at("/spec/template/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.put(HASH, hash);
        return labels;
    }

    /** Lets its kubelet do what is due. */
    private Pod settle(String address, Pod pod) {
        if (pod.isReady()) {
            return pod;
        }
        ObjectNode after = pod.tree().deepCopy();
        Instant created = Instant.parse(after.at("/metadata/creationTimestamp").asText());
        String container = after.at("/spec/containers/0/name").asText();
        String image = after.at("/spec/containers/0/image").asText();
        PodStatus status = PodStatus.of(address, created);
        Optional<String> missing = missingConfigMap(pod);
        if (faults.has(clusterId, KubernetesFault.ImageNotPullable.class)) {
            status.waiting(container, image, "ImagePullBackOff", "Back-off pulling image \"" + image + "\"");
        } else if (missing.isPresent()) {
            status.waiting(
                    container, image, "CreateContainerConfigError", "configmap \"" + missing.get() + "\" not found");
        } else if (clock.instant().isBefore(created.plus(start))) {
            status.waiting(container, image, "ContainerCreating", "");
        } else {
            status.started(container, image, clock.instant());
        }
        status.into(after);
        if (!after.equals(pod.tree())) {
            store.put(pod.key(), store.get(pod.key()).orElse(null), after);
        }
        return new Pod(pod.key(), after);
    }

    private Optional<String> missingConfigMap(Pod pod) {
        for (JsonNode from : pod.tree().at("/spec/containers/0/envFrom")) {
            String name = from.at("/configMapRef/name").asText();
            boolean needed =
                    !name.isEmpty() && !from.at("/configMapRef/optional").asBoolean();
            if (needed
                    && store.get(new Key(ResourceType.CONFIG_MAP, pod.key().namespace(), name))
                            .isEmpty()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private void showRevision(Key set, ObjectNode owner, String hash) {
        Key key = new Key(ResourceType.CONTROLLER_REVISION, set.namespace(), set.name() + "-" + hash);
        if (store.get(key).isPresent()) {
            return;
        }
        ObjectNode revision =
                Objects.named(key, owner.at("/metadata/uid").asText(), clock.instant(), labels(owner, hash));
        Objects.own(revision, ResourceType.DAEMON_SET, owner);
        revision.putObject("data").putObject("spec").set("template", owner.at("/spec/template"));
        revision.put("revision", owner.at("/metadata/generation").asLong());
        store.put(key, null, revision);
    }

    private void showStatus(Stored stored, ObjectNode set, String hash, int desired, Map<String, Pod> pods) {
        int ready = (int) pods.values().stream().filter(Pod::isReady).count();
        ObjectNode after = set.deepCopy();
        after.putObject("status")
                .put("observedGeneration", set.at("/metadata/generation").asInt())
                .put("desiredNumberScheduled", desired)
                .put("currentNumberScheduled", pods.size())
                .put("updatedNumberScheduled", (int) pods.values().stream()
                        .filter(pod -> pod.hash().equals(hash))
                        .count())
                .put("numberReady", ready)
                .put("numberAvailable", ready)
                .put("numberUnavailable", desired - ready)
                .put("numberMisscheduled", 0);
        if (!after.equals(set)) {
            store.put(stored.key(), stored, after);
        }
    }
}
