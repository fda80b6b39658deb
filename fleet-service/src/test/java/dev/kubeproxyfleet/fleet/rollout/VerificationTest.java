package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerificationTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private static final Evidence IPTABLES = Fleets.evidence(KubeProxyConfig.UNSET.effective(), 1, NOON.plusSeconds(1));

    @Test
    void moreNodesThanTheProofHadLeftOutContradictIt() {
        assertThat(Verification.contradicted(Fleets.IPVS_LC, IPTABLES, 10, 0.9, NOON))
                .isFalse();
        assertThat(Verification.contradicted(Fleets.IPVS_LC, IPTABLES, 10, 1, NOON))
                .isTrue();
        assertThat(Verification.contradicted(Fleets.IPVS_LC, IPTABLES, 10, 1, NOON.plusSeconds(1)))
                .as("from before")
                .isFalse();
    }

    @Test
    void noNodeContradictsWhereTheInventoryCountsNone() {
        assertThat(Verification.contradicted(Fleets.IPVS_LC, Evidence.NONE, 0, 0.9, NOON))
                .isFalse();
        assertThat(Verification.contradicted(Fleets.IPVS_LC, IPTABLES, 0, 0.9, NOON))
                .isTrue();
    }
}
