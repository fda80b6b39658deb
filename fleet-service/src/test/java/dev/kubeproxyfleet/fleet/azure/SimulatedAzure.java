package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.BrokerStartException;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A broker and an Azure of its own for a test of the whole service. */
@SuppressWarnings("NullAway.Init") // the test framework calls start() first
public class SimulatedAzure implements QuarkusTestResourceLifecycleManager {

    static final int CLUSTERS = 12;
    static final int SUBSCRIPTIONS = 3;

    private EmbeddedBroker broker;
    private ArmSimulator arm;
    private Fleet fleet;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("simulated-azure");
            broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
            fleet = Fleet.of(new FleetSpec(CLUSTERS, 3, SUBSCRIPTIONS, 7, 100));
            arm = ArmSimulator.start(
                    fleet, ArmOptions.DEFAULTS.withPageSize(2).withOperations(Duration.ofSeconds(138), 0.2));
            arm.writeCaPem(folder.resolve("ca.pem"));
            return Map.of(
                    "kpfleet.kafka.bootstrap-servers",
                    broker.bootstrapServers(),
                    "kpfleet.kafka.state-dir",
                    folder.resolve("streams").toString(),
                    "kpfleet.kafka.replication-factor",
                    "1",
                    "kpfleet.azure.endpoint",
                    arm.endpoint().toString(),
                    "kpfleet.azure.ca-certificate",
                    folder.resolve("ca.pem").toString(),
                    "kpfleet.azure.static-token",
                    ArmSimulator.SANDBOX_TOKEN,
                    "kpfleet.azure.time-scale",
                    "100",
                    "kpfleet.azure.watch-interval",
                    "PT0.3S",
                    "kpfleet.azure.backoff-base",
                    "PT0.1S",
                    "kpfleet.inventory.min-interval",
                    "PT0.3S");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (BrokerStartException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(arm, new TestInjector.MatchesType(ArmSimulator.class));
        injector.injectIntoFields(fleet, new TestInjector.MatchesType(Fleet.class));
        injector.injectIntoFields(broker, new TestInjector.MatchesType(EmbeddedBroker.class));
    }

    @Override
    public void stop() {
        arm.close();
        broker.close();
    }
}
