package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Gate.Source;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every source of evidence, with each that may be asked. */
class FindingsTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(1);

    /** What a source says of a cluster that should run IPVS with least connections. */
    enum Word {
        PROVES,
        SILENT,
        CONTRADICTS
    }

    @ParameterizedTest
    @CsvSource({
        "Agents,     PROVES,      SILENT,      proven,      -",
        "Agents,     PROVES,      CONTRADICTS, proven,      -",
        "Agents,     SILENT,      PROVES,      unknown,     NodesSilent",
        "Agents,     CONTRADICTS, PROVES,      contradicted,NodesDiffer",
        "Kubernetes, SILENT,      PROVES,      proven,      -",
        "Kubernetes, CONTRADICTS, PROVES,      proven,      -",
        "Kubernetes, PROVES,      SILENT,      unknown,     KubernetesUnseen",
        "Kubernetes, PROVES,      CONTRADICTS, contradicted,FlagsDiffer",
        "Either,     PROVES,      SILENT,      proven,      -",
        "Either,     SILENT,      PROVES,      proven,      -",
        "Either,     PROVES,      PROVES,      proven,      -",
        "Either,     PROVES,      CONTRADICTS, contradicted,FlagsDiffer",
        "Either,     CONTRADICTS, PROVES,      contradicted,NodesDiffer",
        "Either,     SILENT,      SILENT,      unknown,     NodesSilent",
        "Either,     SILENT,      CONTRADICTS, contradicted,FlagsDiffer",
        "Both,       PROVES,      PROVES,      proven,      -",
        "Both,       PROVES,      SILENT,      unknown,     KubernetesUnseen",
        "Both,       SILENT,      PROVES,      unknown,     NodesSilent",
        "Both,       PROVES,      CONTRADICTS, contradicted,FlagsDiffer",
        "Both,       CONTRADICTS, PROVES,      contradicted,NodesDiffer",
        "Both,       SILENT,      CONTRADICTS, contradicted,FlagsDiffer"
    })
    void whatSourcesSayTogether(Source asked, Word agents, Word kubernetes, String judged, String code) {
        Findings findings = findings(asked, agents, kubernetes);

        assertThat(findings.isProven()).as(findings.describe()).isEqualTo(judged.equals("proven"));
        assertThat(findings.isContradicted()).as(findings.describe()).isEqualTo(judged.equals("contradicted"));
        if (!findings.isProven()) {
            assertThat(findings.failureCode().code()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Agents,     PROVES,      CONTRADICTS, '3 of 3 nodes run it, 3 must; 3 report; not asked, its Kubernetes API shows it on 0 of 3 nodes'",
        "Agents,     PROVES,      PROVES,      '3 of 3 nodes run it, 3 must; 3 report'",
        "Kubernetes, CONTRADICTS, PROVES,      'its Kubernetes API shows it on 3 of 3 nodes, 3 must; not asked, of its agents 0 of 3 nodes run it'",
        "Both,       PROVES,      SILENT,      '3 of 3 nodes run it, 3 must; 3 report; its Kubernetes API has shown nothing new (ServerUnreachable): no answer'"
    })
    void aSourceThatIsNotAskedIsToldOfWhereItContradicts(Source asked, Word agents, Word kubernetes, String told) {
        assertThat(findings(asked, agents, kubernetes).describe()).startsWith(told);
    }

    private static KubeProxyFindings findings(Source asked, Word agents, Word kubernetes) {
        return KubeProxyFindings.of(
                Verification.Demand.of(Fleets.IPVS_LC, new Gate(1), false, NodesBefore.UNKNOWN),
                asked,
                Fleets.cluster(1),
                evidence(agents),
                view(kubernetes),
                Findings.Times.since(NOON));
    }

    private static Evidence evidence(Word word) {
        return switch (word) {
            case PROVES -> evidence("lc");
            case SILENT -> Evidence.NONE;
            case CONTRADICTS -> evidence("rr");
        };
    }

    private static Evidence evidence(String scheduler) {
        return new Evidence(
                Fleets.NODES,
                100,
                List.of(new Evidence.Observed(
                        "ipvs", scheduler, 900, 120, 300, Evidence.Proof.PROVEN, true, Fleets.NODES, LATER)),
                null);
    }

    private static KubernetesView view(Word word) {
        return switch (word) {
            case PROVES -> view("lc");
            case SILENT ->
                new KubernetesView(
                        null, new KubernetesView.Trouble(KubernetesReason.ServerUnreachable, "no answer", NOON), null);
            case CONTRADICTS -> view("rr");
        };
    }

    private static KubernetesView view(String scheduler) {
        KubernetesView.Flags flags = new KubernetesView.Flags(true, "ipvs", scheduler, 900, 120, 300);
        return new KubernetesView(
                null,
                null,
                new KubernetesView.Seen(
                        LATER,
                        new KubernetesView.DaemonSet(true, Fleets.NODES, flags),
                        List.of(new KubernetesView.Pods(flags, true, true, Fleets.NODES)),
                        List.of(),
                        Fleets.NODES,
                        null));
    }
}
