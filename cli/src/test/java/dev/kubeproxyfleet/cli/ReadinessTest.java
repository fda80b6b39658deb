package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code kpfleet readiness}, in each form. */
class ReadinessTest {

    private static final Finding KERNEL = new Finding(
            "KernelTooOld",
            Weight.Blocks,
            Source.Agents,
            "the oldest kernel is 5.4.0, on 2 nodes of 3 that tell",
            "Move the node pools to an OS SKU with a newer kernel.");
    private static final Finding CALICO = new Finding(
            "CalicoDataplaneUnknown", Weight.Unknown, Source.Azure, "says \"calico\" | *odd*", "See to it.");
    private static final Finding ENDS =
            new Finding("SupportEnds", Weight.Note, Source.Calendar, "AKS supports this version until then", null);

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void close() {
        fleet.close();
    }

    private static ClusterReadiness cluster(
            String name, Verdict verdict, ClusterReadiness.Support support, Finding... findings) {
        return new ClusterReadiness(
                "/id/" + name,
                name,
                "sub-1",
                "rg-1",
                "westeurope",
                Map.of(),
                "1.34.7",
                "IPVS",
                KubeProxyMode.NFTABLES,
                verdict,
                List.of(findings),
                support);
    }

    private static ClusterReadiness.Support support(@Nullable String until, @Nullable Integer days) {
        return new ClusterReadiness.Support(until, null, days, "2026-08-05");
    }

    private void aSmallFleet() {
        fleet.onPage(
                "GET /api/v1/readiness?to=NFTABLES",
                List.of(
                        cluster("weu-01", Verdict.Ready, support("2027-03-31", 121), ENDS),
                        cluster("weu-02", Verdict.Blocked, support("2026-07-31", -122), KERNEL, CALICO, ENDS),
                        cluster("weu-03", Verdict.Unknown, support(null, null), CALICO)),
                3,
                null);
    }

    @Test
    void drawsAClusterALineAndWhatHelpsOnce() {
        aSmallFleet();

        assertThat(console.run("readiness", "--to", "NFTABLES")).isZero();
        assertThat(console.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly(
                        "CLUSTER VERSION MODE VERDICT SUPPORTED UNTIL FINDINGS",
                        "weu-01 1.34.7 IPVS Ready 2027-03-31 (121d) -",
                        "weu-02 1.34.7 IPVS Blocked 2026-07-31 (122d ago) KernelTooOld, CalicoDataplaneUnknown",
                        "weu-03 1.34.7 IPVS Unknown unknown CalicoDataplaneUnknown",
                        "",
                        "1 Ready, 1 Blocked, 1 Unknown, 0 NothingToDo",
                        "",
                        "CalicoDataplaneUnknown (2 clusters): See to it.",
                        "KernelTooOld (1 cluster): Move the node pools to an OS SKU with a newer kernel.");
    }

    @Test
    void wideHasEachFindingInASentence() {
        aSmallFleet();

        assertThat(console.run("readiness", "-o", "wide")).isZero();
        assertThat(console.out())
                .contains(
                        "weu-01  SupportEnds (Calendar): AKS supports this version until then",
                        "weu-02  KernelTooOld (Agents): the oldest kernel is 5.4.0, on 2 nodes of 3 that tell");
    }

    @Test
    void csvHasARowForEachCluster() {
        aSmallFleet();

        assertThat(console.run("readiness", "-o", "csv")).isZero();
        assertThat(console.out().lines())
                .containsExactly(
                        "cluster,resource group,subscription,location,version,mode,to,verdict,blocked by,unknown,end of"
                                + " support,days left,long-term support,findings",
                        "weu-01,rg-1,sub-1,westeurope,1.34.7,IPVS,NFTABLES,Ready,,,2027-03-31,121,,SupportEnds: AKS"
                                + " supports this version until then",
                        "weu-02,rg-1,sub-1,westeurope,1.34.7,IPVS,NFTABLES,Blocked,KernelTooOld,CalicoDataplaneUnknown,2026-07-31,-122,,\"KernelTooOld:"
                                + " the oldest kernel is 5.4.0, on 2 nodes of 3 that tell; CalicoDataplaneUnknown: says"
                                + " \"\"calico\"\" | *odd*; SupportEnds: AKS supports this version until then\"",
                        "weu-03,rg-1,sub-1,westeurope,1.34.7,IPVS,NFTABLES,Unknown,,CalicoDataplaneUnknown,,,,\"CalicoDataplaneUnknown:"
                                + " says \"\"calico\"\" | *odd*\"");
    }

    @Test
    void markdownIsATableInWhichNoTextMakesAColumn() {
        aSmallFleet();

        assertThat(console.run("readiness", "-o", "markdown")).isZero();
        assertThat(console.out().lines().toList())
                .hasSize(5)
                .satisfies(lines -> assertThat(lines.get(1)).isEqualTo("|" + " --- |".repeat(14)))
                .satisfies(lines -> assertThat(lines.get(4)).endsWith("says \"calico\" \\| \\*odd\\* |"));
    }

    @Test
    void jsonAndPathsAreTheServicesOwnAnswer() {
        aSmallFleet();
        assertThat(console.run("readiness", "-o", "jsonpath={.items[*].verdict}"))
                .isZero();
        assertThat(console.out()).isEqualTo("Ready Blocked Unknown");
    }

    @Test
    void selectsAndPages() {
        fleet.onPage("GET /api/v1/readiness?to=NFTABLES&select=env%3Dprod&limit=1", List.of(), 0, null);

        assertThat(console.run("readiness", "--select", "env=prod", "--limit", "1"))
                .isZero();
        assertThat(console.out()).contains("no such clusters known");
    }

    @Test
    void whatTheServiceRefusesIsSaid() {
        fleet.on(
                "GET /api/v1/readiness?to=IPTABLES",
                400,
                Map.of("code", "QueryNotValid", "message", "what it needs is known of NFTABLES alone"));

        assertThat(console.run("readiness", "--to", "IPTABLES")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("what it needs is known of NFTABLES alone");
    }

    @Test
    void aFormThatIsNoneIsRefusedWithThoseThatThereAre() {
        assertThat(console.run("readiness", "-o", "xml")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("'xml' is none of table", "csv and markdown are taken too");
    }
}
