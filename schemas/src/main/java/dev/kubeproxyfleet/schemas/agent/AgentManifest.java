package dev.kubeproxyfleet.schemas.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The agent as Kubernetes objects in YAML: {@code deploy/node-agent/daemonset.yaml} with its blanks filled in. There is no secret
 * in it.
 *
 * @param brokers of Kafka, {@code host:port}, several with commas between them
 * @param image of the agent for nodes of architecture amd64
 * @param jvmImage the one for nodes of architecture arm64
 */
public record AgentManifest(String brokers, String image, String jvmImage) {

    public static final String NAMESPACE = "kubeproxy-fleet";

    /** The ConfigMap, and the DaemonSet for amd64. */
    public static final String NAME = "node-agent";

    /** The DaemonSet for arm64. */
    public static final String JVM_NAME = "node-agent-jvm";

    /** Under this key of the ConfigMap, and by this variable, the agent gets the cluster's ARM resource id. */
    public static final String CLUSTER_ID = "KPFLEET_AGENT_CLUSTER_ID";

    /** Annotation of the pods: the brokers that they report to, so that the pods are replaced where these change. */
    public static final String BROKERS_ANNOTATION = "kubeproxyfleet.dev/kafka";

    public static final String DEFAULT_IMAGE = "kubeproxy-fleet-node-agent:0.2.0-SNAPSHOT";
    public static final String DEFAULT_JVM_IMAGE = "kubeproxy-fleet-node-agent-jvm:0.2.0-SNAPSHOT";

    private static final String BROKERS_KEY = "KAFKA_BOOTSTRAP_SERVERS";

    /** What follows it is for whoever has the file filled in; what comes before, for whoever fills it in by hand. */
    private static final String END_OF_ADVICE = "#\n";

    private static final Pattern BROKERS = Pattern.compile("[^\\s,\"\\\\]+:[0-9]{1,5}(,[^\\s,\"\\\\]+:[0-9]{1,5})*");
    private static final Pattern IMAGE = Pattern.compile("[\\w./:@-]+");
    private static final Pattern ID = Pattern.compile(
            "/subscriptions/[^/\\s\"\\\\]+/resourcegroups/[^/\\s\"\\\\]+/providers/microsoft\\.containerservice"
                    + "/managedclusters/[^/\\s\"\\\\]+",
            Pattern.CASE_INSENSITIVE);

    /** @throws IllegalArgumentException if a part cannot be what it should; the message is for people */
    public AgentManifest {
        refuse(problemWithBrokers(brokers));
        refuse(problemWithImage(image));
        refuse(problemWithImage(jvmImage));
    }

    /** Why this cannot be a list of brokers, for people; empty if it can. */
    public static Optional<String> problemWithBrokers(String brokers) {
        return problem(BROKERS, brokers, "Kafka's brokers are written host:port, several with commas between them");
    }

    /** Why this cannot be the name of an image, for people; empty if it can. */
    public static Optional<String> problemWithImage(String image) {
        return problem(IMAGE, image, "an image is written registry/name:tag");
    }

    /**
     * Namespace, ServiceAccount, ConfigMap and DaemonSets for one cluster.
     *
     * @throws IllegalArgumentException if {@code clusterId} is no ARM resource id of a managed cluster
     */
    public String of(String clusterId) {
        refuse(problem(ID, clusterId, "a cluster's id is /subscriptions/…/managedClusters/<name>"));
        return filled(clusterId);
    }

    /** The same with a blank cluster id, for what fills it in later; an agent without one ends, and says so. */
    public String ofNoCluster() {
        return filled("");
    }

    private String filled(String clusterId) {
        String text = template();
        text = text.substring(text.indexOf(END_OF_ADVICE) + END_OF_ADVICE.length());
        text = replaced(text, CLUSTER_ID + ": \"\"", CLUSTER_ID + ": \"" + clusterId + "\"");
        text = replaced(text, BROKERS_KEY + ": \"\"", BROKERS_KEY + ": \"" + brokers + "\"");
        text = text.replace(BROKERS_ANNOTATION + ": \"\"", BROKERS_ANNOTATION + ": \"" + brokers + "\"");
        text = replaced(text, "image: " + DEFAULT_IMAGE + "\n", "image: " + image + "\n");
        return replaced(text, "image: " + DEFAULT_JVM_IMAGE + "\n", "image: " + jvmImage + "\n");
    }

    private static String replaced(String text, String blank, String value) {
        int at = text.indexOf(blank);
        if (at < 0 || text.indexOf(blank, at + 1) >= 0) {
            throw new IllegalStateException("daemonset.yaml should have '" + blank.strip() + "' once");
        }
        return text.substring(0, at) + value + text.substring(at + blank.length());
    }

    private static String template() {
        try (InputStream in = AgentManifest.class.getResourceAsStream("daemonset.yaml")) {
            if (in == null) {
                throw new IllegalStateException("daemonset.yaml was not packed");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("daemonset.yaml cannot be read", e);
        }
    }

    private static Optional<String> problem(Pattern form, String value, String rule) {
        return form.matcher(value).matches()
                ? Optional.empty()
                : Optional.of("'" + value + "' will not do: " + rule + ".");
    }

    private static void refuse(Optional<String> problem) {
        problem.ifPresent(text -> {
            throw new IllegalArgumentException(text);
        });
    }
}
