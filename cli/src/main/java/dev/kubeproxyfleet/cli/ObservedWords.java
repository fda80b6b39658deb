package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import dev.kubeproxyfleet.schemas.view.ObservedKubeProxy;
import org.jspecify.annotations.Nullable;

/** What a kube-proxy runs, as the kernel and kube-proxy call it, whoever says so. */
final class ObservedWords {

    private ObservedWords() {}

    /** By a node's report. */
    static Line of(ObservedKubeProxy observed) {
        return of(
                observed.mode(),
                observed.scheduler(),
                observed.tcpTimeoutSeconds(),
                observed.tcpFinTimeoutSeconds(),
                observed.udpTimeoutSeconds());
    }

    /** By the command line. */
    static Line of(KubernetesSummary.Flags flags) {
        return flags.mode() == null
                ? Line.of("with unknown flags", Tone.BUSY)
                : of(
                        flags.mode(),
                        flags.scheduler(),
                        flags.tcpTimeoutSeconds(),
                        flags.tcpFinTimeoutSeconds(),
                        flags.udpTimeoutSeconds());
    }

    private static Line of(
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcp,
            @Nullable Integer tcpFin,
            @Nullable Integer udp) {
        Line line = Line.orDash(mode);
        return scheduler == null
                ? line
                : line.and(" " + scheduler + " tcp=" + seconds(tcp) + " tcpfin=" + seconds(tcpFin) + " udp="
                        + seconds(udp));
    }

    private static String seconds(@Nullable Integer seconds) {
        return seconds == null ? "-" : seconds.toString();
    }
}
