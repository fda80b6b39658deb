package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator applies gives the agent no more than it needs. */
class DeployTest {

    private static final String NATIVE = "node-agent";
    private static final String JVM = "node-agent-jvm";

    private static final Path FOLDER = Path.of(System.getProperty("project.root", ".."), "deploy", "node-agent");

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void thePodRunsAsNobodyWithoutCapabilitiesOnAReadOnlyRoot(String agent) throws IOException {
        JsonNode pod = pod(agent);
        JsonNode container = pod.at("/containers/0");
        JsonNode security = container.get("securityContext");

        assertThat(pod.get("containers")).hasSize(1);
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(security.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.get("privileged").asBoolean(true)).isFalse();
        assertThat(security.get("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(security.at("/capabilities/add").isMissingNode()).isTrue();
        assertThat(pod.has("hostPID")).isFalse();
        assertThat(pod.get("automountServiceAccountToken").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({NATIVE + ", amd64, 64Mi", JVM + ", arm64, 128Mi"})
    void thePodRunsOnEveryLinuxNodeOfItsArchitectureWithinItsLimits(String agent, String architecture, String memory)
            throws IOException {
        JsonNode pod = pod(agent);

        assertThat(pod.get("hostNetwork").asBoolean()).isTrue();
        assertThat(pod.get("dnsPolicy").asText()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(pod.get("priorityClassName").asText()).isEqualTo("system-node-critical");
        assertThat(pod.at("/tolerations/0/operator").asText()).isEqualTo("Exists");
        assertThat(pod.at("/nodeSelector/kubernetes.io~1os").asText()).isEqualTo("linux");
        assertThat(pod.at("/nodeSelector/kubernetes.io~1arch").asText()).isEqualTo(architecture);
        assertThat(pod.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms")
                        .toString())
                .isEqualTo(
                        "[{\"matchExpressions\":[{\"key\":\"type\",\"operator\":\"NotIn\",\"values\":[\"virtual-kubelet\"]}]}]");
        assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isEqualTo(memory);
        assertThat(pod.at("/containers/0/resources/requests/cpu").asText()).isNotEmpty();
    }

    @Test
    void anUpdateNeverNeedsTheSamePortTwiceOnANode() throws IOException {
        for (String agent : List.of(NATIVE, JVM)) {
            JsonNode update = document("DaemonSet", agent).at("/spec/updateStrategy/rollingUpdate");

            assertThat(update.path("maxSurge").asInt()).isZero();
            assertThat(update.get("maxUnavailable").asText()).isEqualTo("10%");
        }
    }

    @Test
    void thePodsOfOneDaemonSetAreNotThoseOfTheOther() throws IOException {
        for (String agent : List.of(NATIVE, JVM)) {
            JsonNode spec = document("DaemonSet", agent).get("spec");

            assertThat(spec.at("/selector/matchLabels/app.kubernetes.io~1name").asText())
                    .isEqualTo(agent);
            assertThat(spec.at("/template/metadata/labels/app.kubernetes.io~1name")
                            .asText())
                    .isEqualTo(agent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void probesAskWhatTheAgentServesWhereItServesIt(String agent) throws IOException {
        JsonNode container = pod(agent).at("/containers/0");

        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode get = container.get(probe).get("httpGet");
            assertThat(get.get("host").asText()).isEqualTo("127.0.0.1");
            assertThat(get.get("port").asInt()).isEqualTo(9466);
            assertThat(get.get("path").asText()).isIn("/q/health/started", "/q/health/live", "/q/health/ready");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void everyVariableIsASettingOfTheAgent(String agent) throws IOException {
        Set<String> settings = new TreeSet<>();
        Arrays.stream(AgentSettings.class.getDeclaredMethods())
                .map(Method::getName)
                .map(name ->
                        "KPFLEET_AGENT_" + name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT))
                .forEach(settings::add);
        settings.add("KAFKA_BOOTSTRAP_SERVERS");
        Set<String> used = new TreeSet<>();
        pod(agent)
                .at("/containers/0/env")
                .forEach(variable -> used.add(variable.get("name").asText()));
        document("ConfigMap", NATIVE).get("data").fieldNames().forEachRemaining(used::add);

        assertThat(settings).containsAll(used);
        assertThat(used).contains("KPFLEET_AGENT_CLUSTER_ID", "KPFLEET_AGENT_NODE_NAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void theOnlyTokenIsOneThatNobodyElseTakes(String agent) throws IOException {
        JsonNode pod = pod(agent);
        JsonNode token = pod.at("/volumes/0/projected/sources/0/serviceAccountToken");

        assertThat(pod.get("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.get("volumes")).hasSize(1);
        assertThat(token.get("audience").asText()).isEqualTo(AgentToken.DEFAULT_AUDIENCE);
        assertThat(token.get("expirationSeconds").asInt()).isEqualTo(3_600);
        assertThat(pod.at("/containers/0/volumeMounts/0/readOnly").asBoolean()).isTrue();
        assertThat(pod.at("/containers/0/env/1/value").asText())
                .isEqualTo(pod.at("/containers/0/volumeMounts/0/mountPath").asText() + "/"
                        + token.get("path").asText());
    }

    private static JsonNode pod(String agent) throws IOException {
        return document("DaemonSet", agent).at("/spec/template/spec");
    }

    private static JsonNode document(String kind, String name) throws IOException {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        try (MappingIterator<JsonNode> documents = yaml.readerFor(JsonNode.class)
                .readValues(FOLDER.resolve("daemonset.yaml").toFile())) {
            return StreamSupport.stream(((Iterable<JsonNode>) () -> documents).spliterator(), false)
                    .filter(document -> document.get("kind").asText().equals(kind)
                            && document.at("/metadata/name").asText().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
