package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each supported kube-proxy tells in each of its modes; null is what it does not tell. */
class KubeProxyVersionsTest {

    /** The first version that tells the modes apart, and counts the failures of nftables and packets that rules met. */
    private static final int FIRST_BY_MODE = 31;

    private static final long IPV4_SYNCED = 1_795_892_658_500L;
    private static final long IPV4_ASKED = 1_795_892_657_000L;
    private static final List<Long> IPV4_BUCKETS =
            List.of(0L, 0L, 0L, 0L, 0L, 10L, 30L, 38L, 40L, 40L, 40L, 40L, 40L, 40L, 40L, 41L);
    private static final List<Long> IPV6_BUCKETS =
            List.of(0L, 0L, 0L, 0L, 0L, 4L, 20L, 20L, 20L, 20L, 20L, 20L, 20L, 20L, 20L, 20L);

    static Stream<Arguments> pages() {
        return IntStream.rangeClosed(29, 36)
                .boxed()
                .flatMap(minor -> Stream.of("iptables", "ipvs", "nftables")
                        .flatMap(mode -> Stream.of(1, 2).map(families -> Arguments.of(minor, mode, families))));
    }

    @ParameterizedTest(name = "1.{0} {1} with {2} families")
    @MethodSource("pages")
    void tellsWhatThePageTells(int minor, String mode, int families) {
        KubeProxyMetrics metrics = KubeProxyMetrics.parse(KubeProxyPages.page(minor, mode, families), mode);

        assertThat(metrics.version()).isEqualTo("v1." + minor + ".2");
        assertThat(metrics.processStartMillis()).isEqualTo(1_795_892_600_480L);
        assertThat(metrics.complete()).isTrue();
        assertThat(metrics.families()).isEqualTo(families(minor, mode, families));
        assertThat(metrics.totals()).isEqualTo(totals(minor, mode, families));
    }

    private static List<FamilySync> families(int minor, String mode, int families) {
        boolean told = minor >= KubeProxyPages.FIRST_WITH_FAMILIES;
        FamilySync first = new FamilySync(
                told ? "IPv4" : "", 41L, 18.5, IPV4_BUCKETS, failures(minor, mode), IPV4_SYNCED, IPV4_ASKED, null);
        FamilySync second = new FamilySync(
                "IPv6",
                20L,
                0.75,
                IPV6_BUCKETS,
                mode.equals("nftables") ? 6L : 0L,
                1_795_892_659_000L,
                1_795_892_658_000L,
                null);
        return told && families == 2 ? List.of(first, second) : List.of(first);
    }

    private static @Nullable Long failures(int minor, String mode) {
        return switch (mode) {
            case "iptables" -> 3L;
            // Before 1.31 the page of every mode counts partial runs, which mode ipvs never makes; here there are some.
            case "ipvs" -> minor < FIRST_BY_MODE ? 3L : 1L;
            default -> minor < FIRST_BY_MODE ? null : 5L;
        };
    }

    private static KubeProxyMetrics.Totals totals(int minor, String mode, int families) {
        boolean both = minor >= KubeProxyPages.FIRST_WITH_FAMILIES && families == 2;
        boolean packets = minor >= FIRST_BY_MODE && mode.equals("iptables");
        return new KubeProxyMetrics.Totals(
                both ? 12L : 8L, both ? 4.75 : 3.5, 5, both ? 2 : 1, packets ? 17L : null, packets ? 4L : null);
    }
}
