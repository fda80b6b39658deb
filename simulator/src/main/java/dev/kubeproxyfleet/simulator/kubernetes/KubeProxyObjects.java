package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.node.KubeProxyPod;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** kube-proxy as AKS runs it: one DaemonSet whose container has its whole configuration as flags. */
final class KubeProxyObjects {

    static final String NAMESPACE = "kube-system";
    static final String NAME = "kube-proxy";
    static final Key DAEMON_SET = new Key(ResourceType.DAEMON_SET, NAMESPACE, NAME);

    /** The last minor version of Kubernetes whose kube-proxy runs mode IPVS without a warning. */
    static final int LAST_IPVS_WITHOUT_WARNING = 34;

    private static final Map<String, String> LABELS = Map.of("component", NAME, "tier", "node");
    private static final int HASH_DIGITS = 10;
    private static final int SUFFIX_DIGITS = 8;

    private final ClusterFacts facts;

    KubeProxyObjects(ClusterFacts facts) {
        this.facts = facts;
    }

    /** Name of a template, as {@code controller-revision-hash} has it. */
    String hash(KubeProxyConfig config) {
        String digits = Objects.uid(facts.version() + facts.podCidr() + config).replace("-", "");
        return digits.substring(0, HASH_DIGITS);
    }

    /** The DaemonSet without a status. */
    ObjectNode daemonSet(KubeProxyConfig config, Instant created) {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.put("addonmanager.kubernetes.io/mode", "Reconcile");
        labels.put("kubernetes.io/cluster-service", "true");
        ObjectNode set = Objects.named(DAEMON_SET, facts.id(), created, labels);
        ObjectNode spec = set.putObject("spec");
        Objects.put(spec.putObject("selector").putObject("matchLabels"), LABELS);
        spec.set("template", template(config));
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", "10%")
                .put("maxSurge", 0);
        spec.put("revisionHistoryLimit", 10);
        return set;
    }

    private ObjectNode template(KubeProxyConfig config) {
        ObjectNode template = JsonNodeFactory.instance.objectNode();
        Objects.put(template.putObject("metadata").putObject("labels"), LABELS);
        template.set("spec", podSpec(config));
        return template;
    }

    private ObjectNode podSpec(KubeProxyConfig config) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", NAME);
        container.put("image", "mcr.microsoft.com/oss/kubernetes/kube-proxy:v" + facts.version());
        ArrayNode command = container.putArray("command");
        command.add(NAME);
        addFlags(command, config);
        container.putObject("resources").putObject("requests").put("cpu", "100m");
        container.putObject("securityContext").put("privileged", true);
        container.put("imagePullPolicy", "IfNotPresent");
        spec.put("hostNetwork", true);
        spec.put("priorityClassName", "system-node-critical");
        spec.putObject("nodeSelector").put("kubernetes.io/os", "linux");
        spec.putArray("tolerations").addObject().put("operator", "Exists");
        spec.put("restartPolicy", "Always");
        return spec;
    }

    /** Only what is set becomes a flag. */
    private void addFlags(ArrayNode command, KubeProxyConfig config) {
        command.add("--conntrack-max-per-core=0");
        command.add("--metrics-bind-address=0.0.0.0:10249");
        command.add("--kubeconfig=/var/lib/kubelet/kubeconfig");
        command.add("--cluster-cidr=" + facts.podCidr());
        command.add("--detect-local-mode=ClusterCIDR");
        command.add("--pod-interface-name-prefix=");
        KubeProxyMode mode = config.mode();
        if (mode != null) {
            command.add("--proxy-mode=" + mode.name().toLowerCase(Locale.ROOT));
        }
        IpvsConfig ipvs = config.ipvsConfig();
        if (ipvs != null) {
            if (ipvs.scheduler() != null) {
                command.add("--ipvs-scheduler=" + ipvs.scheduler().kernelName());
            }
            addSeconds(command, "--ipvs-tcp-timeout=", ipvs.tcpTimeoutSeconds());
            addSeconds(command, "--ipvs-tcpfin-timeout=", ipvs.tcpFinTimeoutSeconds());
            addSeconds(command, "--ipvs-udp-timeout=", ipvs.udpTimeoutSeconds());
        }
        command.add("--v=3");
    }

    private static void addSeconds(ArrayNode command, String flag, @Nullable Integer seconds) {
        if (seconds != null) {
            command.add(flag + seconds + "s");
        }
    }

    /** @param revision number of the template among those that there have been */
    ObjectNode revision(ObjectNode daemonSet, KubeProxyConfig config, long revision, Instant created) {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.put("controller-revision-hash", hash(config));
        Key key = new Key(ResourceType.CONTROLLER_REVISION, NAMESPACE, NAME + "-" + hash(config));
        ObjectNode object = Objects.named(key, facts.id(), created, labels);
        Objects.own(object, ResourceType.DAEMON_SET, daemonSet);
        ObjectNode template = template(config);
        template.put("$patch", "replace");
        object.putObject("data").putObject("spec").set("template", template);
        object.put("revision", revision);
        return object;
    }

    /** Of the pod on a node; another one for each pod that there has been. */
    Key podKey(String node, KubeProxyPod pod) {
        String suffix =
                Objects.uid(node + "/" + pod.number() + "/" + pod.createdAt()).substring(0, SUFFIX_DIGITS);
        return new Key(ResourceType.POD, NAMESPACE, NAME + "-" + suffix);
    }

    ObjectNode pod(ObjectNode daemonSet, String node, int index, KubeProxyPod pod) {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.put("controller-revision-hash", hash(pod.config()));
        labels.put("pod-template-generation", "1");
        ObjectNode object = Objects.named(podKey(node, pod), facts.id() + node, pod.createdAt(), labels);
        Objects.own(object, ResourceType.DAEMON_SET, daemonSet);
        ObjectNode spec = podSpec(pod.config());
        spec.put("nodeName", node);
        object.set("spec", spec);
        PodStatus.of(Objects.address(index), pod.createdAt())
                .running(NAME, spec.at("/containers/0/image").asText(), pod)
                .into(object);
        return object;
    }
}
