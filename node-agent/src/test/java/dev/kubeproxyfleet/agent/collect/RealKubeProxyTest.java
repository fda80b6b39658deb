package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the agent makes of captured nodes. Those of {@code 1.20.2} are of a real kube-proxy on a real IPVS kernel (Linux 6.1): one node
 * at three moments, with lc and timeouts, restarted with rr and none, restarted as iptables; and another one before its first
 * synchronisation.
 */
class RealKubeProxyTest {

    private static final List<Long> SLOWER_THAN_ALL_BOUNDS =
            List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);

    @Test
    void ipvsIsInSyncOnceItsRulesAreProgrammed() {
        NodeStats stats = collect("1.20.2/ipvs-lc", Instant.ofEpochMilli(1_795_897_823_454L));

        assertThat(stats.getKubeProxy()).isEqualTo(new KubeProxyState("ipvs", "lc", 900, 120, 300, "v1.20.2"));
        assertThat(stats.getKubeProxySync())
                .isEqualTo(new KubeProxySync(
                        1_795_897_765_480L,
                        List.of(new FamilySync(
                                "",
                                1L,
                                17.12734601,
                                SLOWER_THAN_ALL_BOUNDS,
                                0L,
                                1_795_897_820_318L,
                                1_795_897_802_784L,
                                null)),
                        RuleSync.Synced,
                        0L,
                        0.0,
                        null,
                        null,
                        null,
                        null));
        assertThat(ipvs(stats).getSchedulers()).isEqualTo(Map.of("lc", 3));
        assertThat(stats.getEvidence()).isEmpty();
    }

    @Test
    void ipvsWithAnotherSchedulerIsInSyncAfterItsRestart() {
        NodeStats stats = collect("1.20.2/ipvs-rr-timeouts-unset", Instant.ofEpochMilli(1_795_897_881_227L));

        assertThat(state(stats)).isEqualTo(RuleSync.Synced);
        assertThat(ipvs(stats).getSchedulers()).isEqualTo(Map.of("rr", 3));
        assertThat(stats.getEvidence()).isEmpty();
    }

    @Test
    void iptablesIsInSyncAndLeavesTheTableOfIpvsBehind() {
        NodeStats stats = collect("1.20.2/iptables-after-ipvs", Instant.ofEpochMilli(1_795_897_936_949L));

        assertThat(state(stats)).isEqualTo(RuleSync.Synced);
        assertThat(ipvs(stats).getServices()).isEqualTo(3);
        assertThat(stats.getEvidence())
                .containsExactly(new Evidence(
                        "stale-ipvs", "kube-proxy says iptables, the kernel still has 3 virtual services"));
    }

    /** It synchronises every 30 s by itself, and is asked only when something changes. */
    @Test
    void aKubeProxyThatNobodyAsksIsNeverOverdue() {
        NodeStats stats = collect("1.20.2/ipvs-lc", Instant.ofEpochMilli(1_795_897_823_454L + 86_400_000L));

        assertThat(state(stats)).isEqualTo(RuleSync.Synced);
    }

    /** Captured ten seconds after its start, before it could reach its API server; the table is that of the process before. */
    @Test
    void saysItsModeBeforeItHasProgrammedARule() {
        NodeStats stats = collect("1.20.2/ipvs-rr-before-first-sync", Instant.ofEpochMilli(1_795_904_845_970L));

        assertThat(Objects.requireNonNull(stats.getKubeProxy()).getMode()).isEqualTo("ipvs");
        assertThat(state(stats)).isEqualTo(RuleSync.NotSynced);
        assertThat(ipvs(stats).getSchedulers()).isEqualTo(Map.of("lc", 1));
        assertThat(stats.getEvidence())
                .containsExactly(new Evidence(
                        "not-synced", "kube-proxy has not programmed its rules since it started 10 s ago"));
    }

    @Test
    void ofTwoFamiliesTheOneThatIsOverdueCounts() {
        KubeProxyEndpoint metrics = path ->
                path.equals("/proxyMode") ? Optional.of("iptables") : text("dual-stack-overdue", path.substring(1));
        NodeStats stats = collect(metrics, "dual-stack-overdue", Instant.ofEpochSecond(1_795_892_664L));

        assertThat(state(stats)).isEqualTo(RuleSync.Overdue);
        assertThat(stats.getEvidence())
                .containsExactly(new Evidence(
                        "sync-overdue", "kube-proxy was asked to synchronise its IPv4 rules 600 s ago and has not"));
    }

    @Test
    void aKernelWithoutATableIsNoIpvs() {
        NodeStats stats = collect("node-without-table", Instant.ofEpochSecond(1_795_892_664L));

        assertThat(stats.getIpvs()).isNull();
        assertThat(stats.getKubeProxySync()).isNull();
        assertThat(stats.getEvidence())
                .containsExactly(new Evidence("ipvs-missing", "kube-proxy says ipvs, the kernel has no IPVS table"));
    }

    @Test
    void anEmptyTableIsNoIpvs() {
        NodeStats stats = collect("node-with-empty-table", Instant.ofEpochSecond(1_795_892_664L));

        assertThat(ipvs(stats).getServices()).isZero();
        assertThat(stats.getEvidence())
                .containsExactly(
                        new Evidence("ipvs-empty", "kube-proxy says ipvs, the kernel's table has no virtual service"));
    }

    private static NodeStats collect(String moment, Instant now) {
        return collect(path -> text(moment, path.substring(1)), moment, now);
    }

    private static NodeStats collect(KubeProxyEndpoint kubeProxy, String kernel, Instant now) {
        MemoryProc proc = new MemoryProc();
        for (String file : List.of("ip_vs", "ip_vs_stats", "snmp")) {
            text(kernel, file).ifPresent(content -> proc.with("net/" + file, content));
        }
        return new NodeCollector(
                        new CollectorSettings("/cluster", "lab-node", "1.0", Duration.ofSeconds(10), 20),
                        proc,
                        kubeProxy,
                        () -> now)
                .collect();
    }

    private static Optional<String> text(String moment, String file) {
        try (@Nullable
                InputStream in = RealKubeProxyTest.class.getResourceAsStream("/kube-proxy/" + moment + "/" + file)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuleSync state(NodeStats stats) {
        return Objects.requireNonNull(stats.getKubeProxySync()).getState();
    }

    private static IpvsState ipvs(NodeStats stats) {
        return Objects.requireNonNull(stats.getIpvs());
    }
}
