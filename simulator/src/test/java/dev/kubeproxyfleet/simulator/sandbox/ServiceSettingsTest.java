package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {

    @Test
    void theWaitsOfTheServiceShrinkWithTheSpeed() {
        Map<String, String> waits = new ServiceSettings(10).waits();

        assertThat(waits)
                .containsEntry("kpfleet.controller.lag", "PT30S")
                .containsEntry("kpfleet.intake.default-bake", "PT1M")
                .containsEntry("kpfleet.inventory.feature-interval", "PT1M")
                .containsEntry("kpfleet.azure.time-scale", "10.0");
    }

    @Test
    void noWaitIsShorterThanWhatItWaitsForTakes() {
        Map<String, String> waits = new ServiceSettings(1_000).waits();

        assertThat(Duration.parse(waits.get("kpfleet.controller.lag")))
                .as("the inventory is listed this often meanwhile, as by default")
                .isEqualTo(ServiceSettings.LISTING.multipliedBy(ServiceSettings.LISTINGS_OF_LAG));
        assertThat(waits).containsEntry("kpfleet.intake.default-bake", "PT40S");
    }

    @Test
    void atAzuresPaceTheServiceWaitsAsItDoesByDefault() {
        assertThat(new ServiceSettings(1).waits())
                .containsEntry("kpfleet.controller.lag", "PT5M")
                .containsEntry("kpfleet.intake.default-bake", "PT10M")
                .containsEntry("kpfleet.inventory.maintenance-interval", "PT6H");
    }

    @Test
    void atEverySpeedABucketIsAsLongAsTheIntervalOfTheAgents() {
        for (double speed : new double[] {1, 60, 1_000}) {
            assertThat(new ServiceSettings(speed).waits())
                    .containsEntry("kpfleet.health.bucket", ServiceSettings.AGENT_INTERVAL.toString());
        }
    }
}
