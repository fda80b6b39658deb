package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Finding.Status;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KubernetesPartTest {

    private static final InstantSource CLOCK = InstantSource.system();

    private final Fleet fleet = Fleet.of(new FleetSpec(2, 1, 1, 7, 1));
    private final String subscription = fleet.subscriptions().getFirst().id();
    private final ArmSimulator azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS);
    private final ArmParts parts = new ArmParts(azure, CLOCK);

    KubernetesPartTest() throws IOException {}

    @AfterEach
    void stop() {
        azure.close();
    }

    @Test
    void nothingIsAskedWhereClustersAreNotLookedAt() {
        assertThat(look(false, parts.tokens())).isEmpty();
    }

    @Test
    void aTokenAndTheRightToCredentialsAreLookedFor() {
        assertThat(look(true, parts.tokens()))
                .startsWith(
                        Finding.ok("Kubernetes APIs: Microsoft Entra gives a token for them"),
                        Finding.ok("subscription " + subscription + ": credentials of clusters can be asked for"))
                .last()
                .extracting(Finding::status)
                .as("what a cluster allows")
                .isEqualTo(Status.UNKNOWN);
    }

    @Test
    void whatIsMissingIsNamed() {
        azure.setRights(subscription, List.of("*/read"));
        ClusterTokens none = ArmParts.tokens(
                () -> {
                    throw new IllegalStateException("AADSTS700016: no such application");
                },
                CLOCK);

        assertThat(look(true, none))
                .filteredOn(finding -> finding.status() == Status.MISSING)
                .extracting(Finding::text)
                .satisfiesExactly(
                        token -> assertThat(token)
                                .startsWith("Kubernetes APIs: Microsoft Entra gives no token for them (AADSTS700016"),
                        right -> assertThat(right)
                                .contains("listClusterUserCredential/action", "deploy/azure/kubernetes-evidence"));
    }

    private List<Finding> look(boolean enabled, ClusterTokens tokens) {
        KubernetesSettings settings = new SmallRyeConfigBuilder()
                .withMapping(KubernetesSettings.class)
                .withDefaultValues(Map.of("kpfleet.kubernetes.enabled", Boolean.toString(enabled)))
                .build()
                .getConfigMapping(KubernetesSettings.class);
        List<Finding> found = new ArrayList<>();
        new KubernetesPart(settings, () -> new KubernetesPart.Means(parts.arm(), parts.subscriptions(), tokens))
                .look(found::add);
        return found;
    }
}
