package dev.kubeproxyfleet.schemas.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentManifestTest {

    private static final String ID =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c";

    private final AgentManifest manifest =
            new AgentManifest("broker-1:9092,[fd00::1]:9092", "r.example/agent:2", "r.example/agent-jvm@sha256:0a");

    @Test
    void itIsTheFileOfDeployWithItsBlanksFilledIn() throws IOException {
        String file = Files.readString(
                Path.of(System.getProperty("project.root", ".."), "deploy", "node-agent", "daemonset.yaml"));

        assertThat(manifest.of(ID))
                .isEqualTo(file.substring(file.indexOf("#\n") + 2)
                        .replace("CLUSTER_ID: \"\"", "CLUSTER_ID: \"" + ID + "\"")
                        .replace("SERVERS: \"\"", "SERVERS: \"broker-1:9092,[fd00::1]:9092\"")
                        .replace("fleet.dev/kafka: \"\"", "fleet.dev/kafka: \"broker-1:9092,[fd00::1]:9092\"")
                        .replace("image: kubeproxy-fleet-node-agent:0.2.0-SNAPSHOT", "image: r.example/agent:2")
                        .replace(
                                "image: kubeproxy-fleet-node-agent-jvm:0.2.0-SNAPSHOT",
                                "image: r.example/agent-jvm@sha256:0a"))
                .contains(ID, "r.example/agent:2", "r.example/agent-jvm@sha256:0a");
    }

    @Test
    void itStaysBlankWhereTheClusterIsNotKnownYet() {
        assertThat(manifest.ofNoCluster()).contains("KPFLEET_AGENT_CLUSTER_ID: \"\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "broker", "broker:9092,", "broker:9092\n  X: y", "b\":9092"})
    void brokersThatCannotBeAreRefused(String brokers) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentManifest(brokers, "a", "b"))
                .withMessageContaining("host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\nb: c"})
    void imagesThatCannotBeAreRefused(String image) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentManifest("b:1", image, "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentManifest("b:1", "a", image));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c", "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/disks/c"})
    void idsOfOtherThingsAreRefused(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> manifest.of(id));
    }
}
