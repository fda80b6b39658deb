package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeEvidenceTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void aNodeThatRunsWhatItIsConfiguredForShowsNothing() {
        assertThat(evidence(configured("ipvs", "lc", 900), new KernelTimeouts(900, 120, 300), ipvs(Map.of("lc", 5))))
                .isEmpty();
        assertThat(evidence(null, null, null)).isEmpty();
    }

    @Test
    void tellsAChangeThatWasAppliedByHalf() {
        assertThat(evidence(configured("ipvs", "lc", null), null, ipvs(Map.of("lc", 3, "rr", 2))))
                .extracting(Evidence::getCode)
                .containsExactly("mixed-schedulers", "scheduler-differs");
    }

    @Test
    void tellsAKernelThatRunsAnotherScheduler() {
        assertThat(evidence(configured("ipvs", "lc", null), null, ipvs(Map.of("rr", 5))))
                .containsExactly(
                        new Evidence("scheduler-differs", "kube-proxy is configured for lc, the kernel runs {rr=5}"));
    }

    @Test
    void tellsServicesThatWereLeftBehindByAnotherMode() {
        assertThat(evidence(configured("nftables", null, null), null, ipvs(Map.of("rr", 5, "lc", 1))))
                .extracting(Evidence::getCode)
                .containsExactly("stale-ipvs");
        assertThat(evidence(configured("iptables", null, null), null, ipvs(Map.of())))
                .isEmpty();
    }

    @Test
    void tellsAModeThatTheKernelDoesNotHave() {
        assertThat(evidence(configured("ipvs", "lc", null), null, null))
                .extracting(Evidence::getCode)
                .containsExactly("ipvs-missing");
    }

    @Test
    void doesNotTakeATableThatCannotBeReadForOneThatIsMissing() {
        assertThat(NodeEvidence.of(
                        NOON, configured("ipvs", "lc", null), null, null, null, null, List.of(NodeCollector.IPVS)))
                .containsExactly(new Evidence("proc-unreadable", "could not be read or understood: net/ip_vs"));
    }

    @Test
    void everyCodeIsInTheContractOfTheSnapshot() {
        String contract = Evidence.getClassSchema().getField("code").doc();

        assertThat(contract.substring(contract.indexOf(':') + 1).strip().split(", "))
                .containsExactlyInAnyOrder(Arrays.stream(EvidenceReason.values())
                        .map(EvidenceReason::code)
                        .toArray(String[]::new));
    }

    @Test
    void tellsTimeoutsThatDifferAndLeavesUnsetOnesAlone() {
        assertThat(evidence(configured("ipvs", "rr", 600), new KernelTimeouts(900, 120, 300), ipvs(Map.of("rr", 1))))
                .containsExactly(new Evidence("timeouts-differ", "tcp: configured 600 s, kernel 900 s"));
    }

    @Test
    void tellsATableWithoutAnyService() {
        assertThat(evidence(configured("ipvs", "lc", null), null, ipvs(Map.of())))
                .containsExactly(
                        new Evidence("ipvs-empty", "kube-proxy says ipvs, the kernel's table has no virtual service"));
        assertThat(evidence(null, null, ipvs(Map.of()))).isEmpty();
    }

    @Test
    void tellsTheFamilyThatWaitsLongest() {
        assertThat(sync(
                        new FamilySync("IPv4", 1L, 1.0, List.of(), 0L, ago(3600), ago(600), ago(600)),
                        new FamilySync("IPv6", 1L, 1.0, List.of(), 0L, ago(90), ago(80), ago(80)),
                        new FamilySync("", 1L, 1.0, List.of(), 0L, ago(6), ago(5), ago(5))))
                .containsExactly(new Evidence(
                        "sync-overdue", "kube-proxy was asked to synchronise its IPv4 rules 600 s ago and has not"));
    }

    @Test
    void tellsTheFamilyThatWasNeverProgrammed() {
        assertThat(sync(
                        new FamilySync("IPv4", 9L, 1.0, List.of(), 0L, ago(5), ago(5), null),
                        new FamilySync("IPv6", null, null, List.of(), 7L, null, ago(900), ago(900))))
                .containsExactly(new Evidence(
                        "not-synced", "kube-proxy has not programmed its IPv6 rules since it started 7200 s ago"));
    }

    @Test
    void tellsNothingOfRulesThatAreInSync() {
        assertThat(sync(new FamilySync("", 1L, 1.0, List.of(), 0L, ago(20), ago(20), null)))
                .isEmpty();
        assertThat(sync(new FamilySync("", 1L, 1.0, List.of(), 0L, ago(40), ago(20), ago(20))))
                .isEmpty();
        assertThat(sync()).isEmpty();
    }

    @Test
    void tellsTablesThatAreNearlyFull() {
        assertThat(conntrack(91)).extracting(Evidence::getCode).containsExactly("conntrack-nearly-full");
        assertThat(conntrack(90)).isEmpty();
        assertThat(evidence(null, null, ipvs(Map.of("rr", 1), 8 * 4096 + 1)))
                .extracting(Evidence::getCode)
                .containsExactly("table-crowded");
    }

    private static List<Evidence> evidence(
            @Nullable KubeProxyState kubeProxy, @Nullable KernelTimeouts kernel, @Nullable IpvsState ipvs) {
        return NodeEvidence.of(NOON, kubeProxy, null, kernel, ipvs, null, List.of());
    }

    /** Of a kube-proxy that started two hours ago. */
    private static List<Evidence> sync(FamilySync... families) {
        KubeProxySync sync = RuleSyncs.judge(
                new KubeProxyMetrics(ago(7200), List.of(families), true, null, KubeProxyMetrics.Totals.UNKNOWN), NOON);
        return NodeEvidence.of(NOON, null, sync, null, null, null, List.of());
    }

    private static long ago(int seconds) {
        return NOON.minusSeconds(seconds).toEpochMilli();
    }

    private static List<Evidence> conntrack(long count) {
        NetworkState network = new NetworkState(count, 100L, null, null, null, null, null, null, null, null, null);
        return NodeEvidence.of(NOON, null, null, null, null, network, List.of());
    }

    private static KubeProxyState configured(
            String mode, @Nullable String scheduler, @Nullable Integer tcpTimeoutSeconds) {
        return new KubeProxyState(mode, scheduler, tcpTimeoutSeconds, null, null, null);
    }

    private static IpvsState ipvs(Map<String, Integer> schedulers) {
        return ipvs(schedulers, 10);
    }

    private static IpvsState ipvs(Map<String, Integer> schedulers, long active) {
        int services = schedulers.values().stream().mapToInt(it -> it).sum();
        return IpvsState.newBuilder()
                .setTableSize(4096)
                .setServices(services)
                .setBackends(services)
                .setSchedulers(schedulers)
                .setActiveConnections(active)
                .setInactiveConnections(0)
                .setEmptyServices(0)
                .setDrainingBackends(0)
                .setTopServices(List.of())
                .build();
    }
}
