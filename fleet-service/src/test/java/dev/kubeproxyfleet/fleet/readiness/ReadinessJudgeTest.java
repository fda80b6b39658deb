package dev.kubeproxyfleet.fleet.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReadinessJudgeTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final KubeProxyConfig IPTABLES = new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);
    private static final KubeProxyConfig IPVS = new KubeProxyConfig(true, KubeProxyMode.IPVS, null);

    private static final Calendar CALENDAR = new Calendar(
            "a page",
            LocalDate.parse("2026-08-05"),
            Map.of(
                    "1.34", new Calendar.Support(LocalDate.parse("2026-11-30"), LocalDate.parse("2027-11-30")),
                    "1.33", new Calendar.Support(LocalDate.parse("2026-07-31"), null),
                    "1.35", new Calendar.Support(LocalDate.parse("2027-03-31"), LocalDate.parse("2028-03-31"))));

    /** A cluster of three nodes that is ready, but for what a case changes. */
    private static final class Case {

        private final ClusterRecords cluster = ClusterRecords.running("/id", "one", "s1", "rg")
                .kubernetesVersion("1.34.7")
                .kubeProxy(IPTABLES);
        private Optional<SubscriptionRecord> subscription =
                Optional.of(new SubscriptionRecord("s1", 1, "Registered", List.of("s1")));
        private Evidence evidence = nodes(3, "iptables", Evidence.Proof.PROVEN);
        private Optional<Oldest> kernel = oldest("5.15.0-1073-azure", 3);
        private Optional<Oldest> kubeProxy = oldest("v1.34.7", 3);
        private Optional<Known.Packets> invalid = Optional.of(new Known.Packets(0, 3));
        private Optional<Known.Packets> localhost = Optional.of(new Known.Packets(0, 3));
        private Known.Kubernetes kubernetes = Known.Kubernetes.NONE;

        Case version(String version) {
            cluster.kubernetesVersion(version);
            kubeProxy = oldest("v" + version, 3);
            return this;
        }

        Case kubeProxy(@Nullable KubeProxyConfig config) {
            cluster.kubeProxy(config);
            return this;
        }

        Case noAgents() {
            evidence = Evidence.NONE;
            kernel = Optional.empty();
            kubeProxy = Optional.empty();
            return noCounters();
        }

        Case noCounters() {
            invalid = Optional.empty();
            localhost = Optional.empty();
            return this;
        }

        ClusterReadiness judged() {
            return judged(KubeProxyMode.NFTABLES);
        }

        ClusterReadiness judged(KubeProxyMode to) {
            return new ReadinessJudge(CALENDAR)
                    .judge(
                            new Known(
                                    cluster.build(),
                                    subscription,
                                    evidence,
                                    new Known.Agents(kernel, kubeProxy, invalid, localhost),
                                    kubernetes),
                            to,
                            NOW);
        }
    }

    private static Optional<Oldest> oldest(String text, int telling) {
        return Oldest.of(Stream.generate(() -> text).limit(telling));
    }

    private static Evidence nodes(int nodes, @Nullable String mode, Evidence.Proof proof) {
        return new Evidence(
                nodes, 0, List.of(new Evidence.Observed(mode, null, null, null, null, proof, false, nodes, NOW)), null);
    }

    private static String inShort(ClusterReadiness readiness) {
        return readiness.verdict() + ": "
                + readiness.findings().stream()
                        .filter(finding -> finding.source() != Source.Calendar)
                        .map(finding -> finding.weight() + " " + finding.code() + " " + finding.source())
                        .collect(Collectors.joining(", "));
    }

    private interface Change {
        Case of(Case one);
    }

    private static Arguments when(String name, Change change, String expected) {
        return Arguments.of(name, change, expected);
    }

    static List<Arguments> cases() {
        return List.of(
                when("all is known and good", it -> it, "Ready: "),
                when(
                        "no agents",
                        Case::noAgents,
                        "Unknown: Unknown KernelUnknown Agents, Unknown IptablesCountersUnknown Agents"),
                when(
                        "no agents in mode IPVS",
                        it -> it.kubeProxy(IPVS).noAgents(),
                        "Unknown: Unknown KernelUnknown Agents, Note SchedulerLost Azure, Note LosesNothingOfIptables Azure"),
                when(
                        "the Kubernetes API tells the kernels",
                        it -> {
                            it.kubeProxy(IPVS).noAgents().kubernetes = new Known.Kubernetes(3, oldest("6.6.0", 3));
                            return it;
                        },
                        "Ready: Note SchedulerLost Azure, Note LosesNothingOfIptables Azure"),
                when(
                        "the Kubernetes API tells too few kernels",
                        it -> {
                            it.kubeProxy(IPVS).noAgents().kubernetes = new Known.Kubernetes(300, oldest("6.6.0", 200));
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Kubernetes, Note SchedulerLost Azure, Note LosesNothingOfIptables Azure"),
                when(
                        "agents of 0.1.0 tell no kernel",
                        it -> {
                            it.kernel = Optional.empty();
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Agents"),
                when(
                        "agents on two of three nodes",
                        it -> {
                            it.kernel = oldest("5.15.0", 2);
                            it.localhost = Optional.of(new Known.Packets(0, 2));
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Agents, Unknown IptablesCountersUnknown Agents"),
                when(
                        "more nodes report than Azure counts",
                        it -> {
                            it.evidence = nodes(5, "iptables", Evidence.Proof.PROVEN);
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Agents, Unknown IptablesCountersUnknown Agents"),
                when(
                        "no nodes at all",
                        it -> {
                            it.noAgents().cluster.nodeCount(0);
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Agents, Unknown IptablesCountersUnknown Agents"),
                when(
                        "an old kernel by agents",
                        it -> {
                            it.kernel = oldest("5.10.102.1-microsoft", 3);
                            return it;
                        },
                        "Blocked: Blocks KernelTooOld Agents"),
                when(
                        "an old kernel by the Kubernetes API",
                        it -> {
                            it.kubernetes = new Known.Kubernetes(3, oldest("5.4.0-1098-azure", 3));
                            return it;
                        },
                        "Blocked: Blocks KernelTooOld Kubernetes"),
                when("an old version", it -> it.version("1.32.9"), "Blocked: Blocks KubernetesVersionTooOld Azure"),
                when("a patch without the fix", it -> it.version("1.34.6"), "Blocked: Blocks NftablesFixMissing Azure"),
                when(
                        "no patch",
                        it -> {
                            it.version("1.34").kubeProxy = Optional.empty();
                            return it;
                        },
                        "Unknown: Unknown NftablesFixMissing Azure"),
                when(
                        "kube-proxy is newer than its cluster",
                        it -> {
                            it.version("1.34.6").kubeProxy = oldest("v1.34.7", 3);
                            return it;
                        },
                        "Ready: "),
                when(
                        "kube-proxy of one node is newer than its cluster",
                        it -> {
                            it.version("1.34.6").kubeProxy = oldest("v1.34.7", 1);
                            return it;
                        },
                        "Blocked: Blocks NftablesFixMissing Azure"),
                when(
                        "kube-proxy is older than its cluster",
                        it -> {
                            it.kubeProxy = oldest("v1.34.0", 3);
                            return it;
                        },
                        "Unknown: Unknown KubeProxyBuildUnknown Agents"),
                when(
                        "localhost NodePorts",
                        it -> {
                            it.localhost = Optional.of(new Known.Packets(2, 3));
                            return it;
                        },
                        "Blocked: Blocks LocalhostNodePortsUsed Agents"),
                when(
                        "localhost NodePorts on the one node that tells",
                        it -> {
                            it.localhost = Optional.of(new Known.Packets(2, 1));
                            return it;
                        },
                        "Blocked: Blocks LocalhostNodePortsUsed Agents, Unknown IptablesCountersUnknown Agents"),
                when(
                        "invalid drops on an old kernel",
                        it -> {
                            it.invalid = Optional.of(new Known.Packets(1, 3));
                            return it;
                        },
                        "Blocked: Blocks InvalidDropsCounted Agents"),
                when(
                        "invalid drops on a new kernel",
                        it -> {
                            it.invalid = Optional.of(new Known.Packets(1, 3));
                            it.kernel = oldest("6.1.0", 3);
                            return it;
                        },
                        "Ready: "),
                when(
                        "invalid drops on an unknown kernel",
                        it -> {
                            it.invalid = Optional.of(new Known.Packets(1, 3));
                            it.kernel = Optional.empty();
                            return it;
                        },
                        "Unknown: Unknown KernelUnknown Agents, Unknown InvalidDropsCounted Agents"),
                when(
                        "Calico",
                        it -> {
                            it.cluster.networkPolicy("calico");
                            return it;
                        },
                        "Unknown: Unknown CalicoDataplaneUnknown Azure"),
                when(
                        "Azure NPM",
                        it -> {
                            it.cluster.networkPolicy("azure");
                            return it;
                        },
                        "Ready: "),
                when(
                        "a plugin of its own",
                        it -> {
                            it.cluster.networkPlugin("none");
                            return it;
                        },
                        "Unknown: Unknown NetworkPluginUnknown Azure"),
                when(
                        "Cilium",
                        it -> {
                            it.noAgents().cluster.networkDataplane("cilium");
                            return it;
                        },
                        "NothingToDo: Note NoKubeProxy Azure"),
                when(
                        "kube-proxy is off",
                        it -> it.kubeProxy(KubeProxyConfig.DISABLED),
                        "NothingToDo: Note NoKubeProxy Azure"),
                when(
                        "AKS Automatic",
                        it -> {
                            it.cluster.skuName("Automatic");
                            return it;
                        },
                        "Blocked: Blocks AutomaticSku Azure"),
                when(
                        "an unreadable configuration",
                        it -> it.kubeProxy(null),
                        "Unknown: Unknown KubeProxyConfigUnreadable Azure"),
                when(
                        "the feature is not registered",
                        it -> {
                            it.subscription =
                                    Optional.of(new SubscriptionRecord("s1", 1, "NotRegistered", List.of("s1")));
                            return it;
                        },
                        "Blocked: Blocks KubeProxyConfigFeatureNotRegistered Azure"),
                when(
                        "the feature is not known",
                        it -> {
                            it.subscription = Optional.empty();
                            return it;
                        },
                        "Unknown: Unknown KubeProxyConfigFeatureNotRegistered Azure"),
                when(
                        "an api-version without the mode",
                        it -> {
                            it.subscription = Optional.of(
                                    new SubscriptionRecord("s1", 1, "Registered", List.of("s1"), "2025-08-01", null));
                            return it;
                        },
                        "Blocked: Blocks ApiVersionTooOld Azure"),
                when(
                        "it has the mode",
                        it -> it.kubeProxy(new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null))
                                .noAgents(),
                        "NothingToDo: Note HasTheMode Azure"),
                when(
                        "IPVS with timeouts",
                        it -> it.kubeProxy(new KubeProxyConfig(
                                        true,
                                        KubeProxyMode.IPVS,
                                        new IpvsConfig(IpvsScheduler.LeastConnection, 900, null, null)))
                                .noCounters(),
                        "Ready: Note SchedulerLost Azure, Note TimeoutsLost Azure, Note LosesNothingOfIptables Azure"),
                when("no mode", it -> it.kubeProxy(KubeProxyConfig.UNSET), "Ready: Note ModeNotPinned Azure"),
                when(
                        "no mode, and the counters are of mode iptables",
                        it -> it.kubeProxy(KubeProxyConfig.UNSET).noCounters(),
                        "Unknown: Unknown IptablesCountersUnknown Agents, Note ModeNotPinned Azure"),
                when(
                        "no mode from 1.40 on, and nodes that tell iptables",
                        it -> it.version("1.40.0").kubeProxy(KubeProxyConfig.UNSET),
                        "Ready: Note ModeNotPinned Azure"),
                when(
                        "no mode from 1.40 on, and nodes that tell nftables",
                        it -> {
                            it.version("1.40.0")
                                    .kubeProxy(KubeProxyConfig.UNSET)
                                    .noCounters()
                                    .evidence = nodes(3, "nftables", Evidence.Proof.PROVEN);
                            return it;
                        },
                        "Ready: Note ModeNotPinned Azure"),
                when(
                        "no mode from 1.40 on, and nodes that prove none",
                        it -> {
                            it.version("1.40.0").kubeProxy(KubeProxyConfig.UNSET).evidence =
                                    nodes(3, "iptables", Evidence.Proof.NOT_SYNCED);
                            return it;
                        },
                        "Unknown: Unknown PresentModeUnknown Agents, Note ModeNotPinned Azure"),
                when(
                        "no mode from 1.40 on, and one node is silent",
                        it -> {
                            it.version("1.40.0").kubeProxy(KubeProxyConfig.UNSET).evidence =
                                    nodes(2, "iptables", Evidence.Proof.PROVEN);
                            return it;
                        },
                        "Unknown: Unknown PresentModeUnknown Agents, Note ModeNotPinned Azure"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void judges(String name, Change change, String expected) {
        assertThat(inShort(change.of(new Case()).judged())).as(name).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1.33.10, NftablesFixMissing", "1.33.11, ''", "1.34.6, NftablesFixMissing", "1.34.7, ''",
        "1.35.3, NftablesFixMissing", "1.35.4, ''", "1.36.0, ''", "1.40.2, ''",
    })
    void knowsWhichPatchesHaveTheFix(String version, String code) {
        assertThat(new Case().version(version).judged().findings())
                .filteredOn(finding -> finding.weight() != Weight.Note)
                .extracting(Finding::code)
                .isEqualTo(code.isEmpty() ? List.of() : List.of(code));
    }

    @Test
    void saysHowLongTheVersionIsSupported() {
        assertThat(support("1.34.7"))
                .isEqualTo(new ClusterReadiness.Support("2026-11-30", "2027-11-30", 0, "2026-08-05"));
        assertThat(support("1.35.4"))
                .isEqualTo(new ClusterReadiness.Support("2027-03-31", "2028-03-31", 121, "2026-08-05"));
        assertThat(support("1.33.11")).isEqualTo(new ClusterReadiness.Support("2026-07-31", null, -122, "2026-08-05"));
        assertThat(support("1.38.0")).isEqualTo(new ClusterReadiness.Support(null, null, null, "2026-08-05"));
        assertThat(calendars("1.34.7"))
                .containsExactly("AKS supports this version until 2026-11-30, for 0 days, and clusters with long-term"
                        + " support until 2027-11-30, by the calendar of 2026-08-05");
        assertThat(calendars("1.33.11"))
                .containsExactly(
                        "AKS supported this version until 2026-07-31, 122 days ago, by the calendar of 2026-08-05");
        assertThat(calendars("1.38.0"))
                .containsExactly("the calendar of 2026-08-05 does not tell how long AKS supports Kubernetes 1.38.0");
    }

    private static ClusterReadiness.Support support(String version) {
        return new Case().version(version).judged().support();
    }

    private static Stream<String> calendars(String version) {
        return new Case()
                .version(version).judged().findings().stream()
                        .filter(finding -> finding.source() == Source.Calendar)
                        .map(Finding::message);
    }

    @Test
    void whatBlocksComesFirstAndSaysWhatHelps() {
        Case one = new Case().version("1.34.6").kubeProxy(KubeProxyConfig.UNSET);
        one.cluster.networkPolicy("calico");
        one.kernel = oldest("5.4.0-1098-azure", 3);

        ClusterReadiness judged = one.judged();

        assertThat(judged.verdict()).isEqualTo(Verdict.Blocked);
        assertThat(judged.mode()).isEqualTo("IPTABLES");
        assertThat(judged.findings())
                .extracting(Finding::weight)
                .containsExactly(Weight.Blocks, Weight.Blocks, Weight.Unknown, Weight.Note, Weight.Note);
        assertThat(judged.findings().get(1))
                .isEqualTo(new Finding(
                        "KernelTooOld",
                        Weight.Blocks,
                        Source.Agents,
                        "the oldest kernel is 5.4.0-1098-azure, on 3 nodes of 3 that tell, and mode NFTABLES needs 5.13 or newer",
                        "Move the node pools to an OS SKU with a newer kernel."));
        assertThat(judged.findings())
                .allSatisfy(
                        finding -> assertThat(String.valueOf(finding.helps())).doesNotContain("`"));
    }

    @ParameterizedTest(name = "Kubernetes {0}, Azure shows {1}, nodes {2}: {3}")
    @CsvSource(
            delimiter = ';',
            value = {
                "1.34.7;      ; none     ; Ready: ",
                "1.40.0;      ; none     ; Unknown: Unknown PresentModeUnknown Agents",
                "1.40.0;      ; iptables ; Ready: ",
                "1.40.0;      ; nftables ; Blocked: Blocks OtherModeRuns Agents",
                "1.34.7; IPTABLES; none  ; NothingToDo: Note HasTheMode Azure",
                "1.34.7; IPVS ; none     ; NothingToDo: Note OtherModeNamed Azure",
                "1.40.0; NFTABLES; none  ; NothingToDo: Note OtherModeNamed Azure"
            })
    void aModeIsNamedOnlyWhereItRuns(String version, @Nullable KubeProxyMode shown, String nodes, String expected) {
        Case one = new Case().version(version).kubeProxy(new KubeProxyConfig(null, shown, null));
        one.evidence = nodes.equals("none") ? Evidence.NONE : nodes(3, nodes, Evidence.Proof.PROVEN);

        assertThat(inShort(one.judged(KubeProxyMode.IPTABLES)).strip()).isEqualTo(expected);
    }
}
