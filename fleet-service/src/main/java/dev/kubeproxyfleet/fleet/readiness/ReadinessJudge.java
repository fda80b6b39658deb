package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ReadinessReason;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Says of a cluster whether it can leave its mode for NFTABLES, or whether IPTABLES can be named where it runs by default. What is not
 * known is never taken for what is good.
 */
public final class ReadinessJudge {

    /** The modes whose needs are known here. */
    public static final Set<KubeProxyMode> TO =
            Collections.unmodifiableSet(EnumSet.of(KubeProxyMode.NFTABLES, KubeProxyMode.IPTABLES));

    private final Calendar calendar;

    public ReadinessJudge(Calendar calendar) {
        this.calendar = calendar;
    }

    /**
     * @param to one of {@link #TO}, or nothing but what every mode needs is looked at
     * @param now tells how many days of support are left, in UTC
     */
    public ClusterReadiness judge(Known known, KubeProxyMode to, Instant now) {
        ClusterRecord cluster = known.cluster();
        PresentMode present = PresentMode.of(cluster, known.evidence());
        Findings findings = new Findings();
        if (present.isWithoutKubeProxy()) {
            findings.note(
                    ReadinessReason.NoKubeProxy,
                    Source.Azure,
                    "Azure shows that the cluster runs without a kube-proxy of AKS");
        } else if (present.isPinnedTo(to)) {
            findings.note(ReadinessReason.HasTheMode, Source.Azure, "Azure shows mode " + to + " already");
        } else if (to == KubeProxyMode.IPTABLES && present.isPinned()) {
            findings.note(
                    ReadinessReason.OtherModeNamed,
                    Source.Azure,
                    "Azure shows mode " + present.mode() + ", and only a mode that nobody names is to be named");
        } else {
            Obstacles.find(known, present, to, findings);
        }
        boolean nothingToDo = findings.has(ReadinessReason.NoKubeProxy)
                || findings.has(ReadinessReason.HasTheMode)
                || findings.has(ReadinessReason.OtherModeNamed);
        ClusterReadiness.Support support = support(cluster, now, findings);
        return new ClusterReadiness(
                cluster.id(),
                cluster.name(),
                cluster.subscription(),
                cluster.resourceGroup(),
                cluster.location(),
                cluster.tags(),
                cluster.kubernetesVersion(),
                present.shown(),
                to,
                nothingToDo ? Verdict.NothingToDo : findings.verdict(),
                findings.heaviestFirst(),
                support);
    }

    private ClusterReadiness.Support support(ClusterRecord cluster, Instant now, Findings findings) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Optional<KubernetesVersion> version = KubernetesVersion.parse(cluster.kubernetesVersion());
        Optional<Calendar.Support> found = version.flatMap(calendar::of);
        if (found.isEmpty()) {
            findings.note(
                    ReadinessReason.SupportUnknown,
                    Source.Calendar,
                    "the calendar of " + calendar.asOf() + " does not tell how long AKS supports Kubernetes "
                            + cluster.kubernetesVersion());
            return new ClusterReadiness.Support(
                    null, null, null, calendar.asOf().toString());
        }
        Calendar.Support support = found.get();
        int daysLeft = (int) ChronoUnit.DAYS.between(today, support.endOfLife());
        String longTerm = support.longTermEndOfLife() == null
                ? ""
                : ", and clusters with long-term support until " + support.longTermEndOfLife();
        findings.note(
                ReadinessReason.SupportEnds,
                Source.Calendar,
                (daysLeft < 0
                                ? "AKS supported this version until %s, %d days ago"
                                        .formatted(support.endOfLife(), -daysLeft)
                                : "AKS supports this version until %s, for %d days"
                                        .formatted(support.endOfLife(), daysLeft))
                        + longTerm + ", by the calendar of " + calendar.asOf());
        return new ClusterReadiness.Support(
                support.endOfLife().toString(),
                support.longTermEndOfLife() == null
                        ? null
                        : support.longTermEndOfLife().toString(),
                daysLeft,
                calendar.asOf().toString());
    }
}
