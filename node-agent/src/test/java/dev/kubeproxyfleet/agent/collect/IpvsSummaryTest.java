package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.nio.charset.StandardCharsets;
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
        assertThat(imbalance(new int[] {1, 1}, 2 * IpvsSummary.MINIMUM_SAMPLE_PER_BACKEND - 1, 0))
                .isNaN();
        assertThat(imbalance(new int[] {1, 0}, 1000, 1000)).isNaN();
        assertThat(imbalance(new int[] {})).isNaN();
    }

    @Test
    void aPersistentServiceDoesNotCountForTheNode() {
        IpvsSummary summary =
                summary(5, "TCP  0A600001:0050 rr persistent 75000 FFFFFFFF\n" + backend(1, 100) + backend(1, 0));

        assertThat(summary.imbalance()).isNull();
        assertThat(summary.topServices().getFirst().getImbalance()).isCloseTo(2.0, within(1e-9));
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

        assertThat(summary(3, rows.toString()).topServices())
                .extracting(ServiceState::getActiveConnections)
                .containsExactly(199L, 198L, 197L);
        assertThat(summary(0, rows.toString()).topServices()).isEmpty();
    }

    private static double imbalance(int[] weights, long... connections) {
        return IpvsSummary.imbalance(weights, connections, weights.length);
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
