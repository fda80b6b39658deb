package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a restart. */
class SavingTest {

    @TempDir
    Path folder;

    @Test
    void whatWasAppliedIsThereAfterARestartAndWhatFollowsComesAgain() throws IOException {
        Path file = folder.resolve("kubernetes.json");
        String uid;
        try (Lab lab = new Lab(2);
                KubernetesClient client = lab.client(lab.one())) {
            lab.kubernetes.installAgents(lab.one().id());
            uid = agents(client).getMetadata().getUid();
            lab.kubernetes.save(file);
        }

        try (Lab lab = new Lab(2);
                KubernetesClient client = lab.client(lab.one())) {
            SimulatedCluster other = lab.fleet.clusters().get(1);
            lab.kubernetes.restore(file);
            lab.clock.advance(DaemonSets.START);
            assertThat(agents(client).getMetadata().getUid()).isEqualTo(uid);
            lab.clock.advance(DaemonSets.START);
            assertThat(agents(client).getStatus().getNumberReady()).isEqualTo(5);
            assertThat(lab.nodeNames(lab.one().id()))
                    .allSatisfy(
                            node -> assertThat(lab.kubernetes.agentOn(lab.one().id(), node))
                                    .contains(lab.one().id()));
            assertThat(lab.kubernetes.agentOn(
                            other.id(), lab.nodeNames(other.id()).getFirst()))
                    .isEmpty();
        }
    }

    private static io.fabric8.kubernetes.api.model.apps.DaemonSet agents(KubernetesClient client) {
        return client.apps()
                .daemonSets()
                .inNamespace("kubeproxy-fleet")
                .withName("node-agent")
                .get();
    }

    @Test
    void aFileThatIsBrokenIsNamedWithWhatToDo() throws IOException {
        Path file = Files.writeString(folder.resolve("kubernetes.json"), "{");
        try (Lab lab = new Lab(1)) {
            assertThatThrownBy(() -> lab.kubernetes.restore(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("Delete this file");
        }
    }
}
