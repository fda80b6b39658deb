package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChaosTest {

    private static final String CHANGED = "/managedclusters/changed";
    private static final String OTHER = "/managedclusters/other";

    private final NodeFaults faults = new NodeFaults();
    private final Map<String, KubeProxyMode> modes =
            new LinkedHashMap<>(Map.of(CHANGED, KubeProxyMode.IPTABLES, OTHER, KubeProxyMode.IPVS));

    @ParameterizedTest
    @EnumSource
    void everyStoryIsFoundByItsNameAndListed(Chaos chaos) throws SandboxFailure {
        assertThat(chaos.key()).matches("[a-z]+(-[a-z]+)*");
        assertThat(Chaos.named(chaos.key())).isEqualTo(chaos);
        assertThat(Chaos.help()).contains("  " + chaos.key() + " ", chaos.sentence());
    }

    @Test
    void anotherNameIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Chaos.named("refused"))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("there is no story 'refused'")
                .hasMessageContaining("refused-services, never-syncs");
    }

    @Test
    void whatBefallsClustersWaitsForTheSwitchOfEach() {
        Chaos.REFUSED_SERVICES.begin(clusters(), faults).run();

        assertThat(faults.all())
                .containsExactly(new NodeFault.AfterSwitch(
                        KubeProxyMode.IPVS, new NodeFault.RefusedServices(NodeFault.EVERY_CLUSTER, null)));
    }

    @Test
    void theStormBeginsInTheRegionOfTheFirstClusterThatIsSwitched() {
        Runnable story = Chaos.REGION_STORM.begin(clusters(), faults);
        story.run();
        assertThat(faults.all()).as("the other one ran IPVS before").isEmpty();

        modes.put(CHANGED, KubeProxyMode.IPVS);
        story.run();
        story.run();
        assertThat(faults.all()).containsExactly(new NodeFault.RegionStorm("region of " + CHANGED));
    }

    private Clusters clusters() {
        return new Clusters() {
            @Override
            public Map<String, List<String>> nodes() {
                return Map.of(CHANGED, List.of("a"), OTHER, List.of("b"));
            }

            @Override
            public Optional<AppliedConfiguration> applied(String clusterId) {
                return Optional.ofNullable(modes.get(clusterId))
                        .map(mode ->
                                new AppliedConfiguration(new KubeProxyConfig(true, mode, null), Instant.EPOCH, true));
            }

            @Override
            public Optional<String> region(String clusterId) {
                return Optional.of("region of " + clusterId);
            }
        };
    }
}
