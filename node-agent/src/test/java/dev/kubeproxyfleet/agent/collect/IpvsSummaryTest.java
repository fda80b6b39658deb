package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IpvsSummaryTest {

    @Test
    void anEvenSpreadByWeightIsOne() {
        assertThat(imbalance(new int[] {1, 3, 0}, 10, 30, 5)).isCloseTo(1, within(1e-9));
    }

    @Test
    void allOnOneOfFourBackendsIsFour() {
        assertThat(imbalance(new int[] {1, 1, 1, 1}, 400, 0, 0, 0)).isCloseTo(4, within(1e-9));
    }

    @Test
    void tooFewConnectionsOrBackendsTellNothing() {
        assertThat(imbalance(new int[] {1, 1}, 2 * Imbalance.MINIMUM_SAMPLE_PER_BACKEND - 1, 0))
                .isNaN();
        assertThat(imbalance(new int[] {1, 0}, 1000, 1000)).isNaN();
        assertThat(imbalance(new int[] {})).isNaN();
    }

    @Test
    void aPersistentServiceDoesNotCountForTheNode() {
        IpvsSummary summary =
                summary(5, "TCP  0A600001:0050 rr persistent 75000 FFFFFFFF\n" + backend(1, 100) + backend(1, 0));

        assertThat(summary.imbalance()).isNull();
        ServiceState service = summary.topServices(Map.of()).getFirst();
        assertThat(service.getImbalance()).isCloseTo(2.0, within(1e-9));
        assertThat(service.getPersistent()).isTrue();
        assertThat(service.getOnePacket()).isFalse();
    }

    @Test
    void countsWeightZeroThatStillHoldsConnectionsAsDraining() {
        IpvsSummary summary = summary(5, "TCP  0A600001:0050 rr\n" + backend(0, 3) + backend(0, 0) + backend(1, 3));

        assertThat(summary.drainingBackends).isEqualTo(1);
    }

    @Test
    void keepsTheBusiestServicesWhateverTheirOrder() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            rows.append("TCP  0A6000%02X:0050 rr\n".formatted(i)).append(backend(1, i * 37 % 200));
        }

        assertThat(summary(3, rows.toString()).topServices(Map.of()))
                .extracting(ServiceState::getActiveConnections)
                .containsExactly(199L, 198L, 197L);
        assertThat(summary(0, rows.toString()).topServices(Map.of())).isEmpty();
    }

    @Test
    void givesTheLastPlaceToTheMostUnevenServiceIfItIsNotBusyEnough() {
        String uneven = "TCP  0A60FFFF:0050 lc\n" + backend(1, 30) + backend(1, 0);
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            rows.append("TCP  0A6000%02X:0050 rr\n".formatted(i))
                    .append(backend(1, 500))
                    .append(backend(1, 500));
        }

        assertThat(summary(3, rows + uneven).topServices(Map.of()))
                .extracting(ServiceState::getAddress)
                .containsExactly("10.96.0.0", "10.96.0.1", "10.96.255.255");
    }

    @Test
    void sortsServicesIntoHistograms() {
        IpvsSummary summary = summary(
                1,
                "TCP  0A600001:0050 rr\n" + "TCP  0A600002:0050 rr\n" + backend(1, 0) + "TCP  0A600003:0050 rr\n"
                        + backend(1, 30) + backend(1, 10) + backend(1, 20));

        assertThat(summary.backendsPerService()).containsExactly(1, 1, 1);
        assertThat(summary.connectionsPerService()).containsExactly(2, 0, 0, 0, 0, 0, 1);
        assertThat(summary.imbalancePerService()).containsExactly(0, 0, 1);
    }

    private static double imbalance(int[] weights, long... connections) {
        return Imbalance.of(weights, connections, weights.length);
    }

    private static String backend(int weight, int active) {
        return "  -> 0AF40101:1F90 Masq %d %d 0\n".formatted(weight, active);
    }

    private static IpvsSummary summary(int topServices, String rows) {
        byte[] text = ("IP Virtual Server version 1.2.1 (size=4096)\n" + rows).getBytes(StandardCharsets.US_ASCII);
        IpvsSummary summary = new IpvsSummary(topServices);
        summary.begin();
        new IpvsParser().parse(text, text.length, summary);
        summary.end();
        return summary;
    }
}
