package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster tell beside what they run, in one line each; a dash is what is not known. */
final class NodeDetailsTable {

    private NodeDetailsTable() {}

    /** With an empty line before it; nothing if no node tells anything of it. */
    static List<Line> of(List<ClusterDetail.Node> nodes) {
        if (nodes.stream().allMatch(node -> node.evidence().isEmpty() && node.details() == null)) {
            return List.of();
        }
        Table table = new Table(
                "NODE",
                "KERNEL",
                "PROGRAMMED",
                "NO LOCAL INT/EXT",
                "INVALID DROPS",
                "LOOPBACK PORTS",
                "IPVS SYSCTLS",
                "EVIDENCE");
        for (ClusterDetail.Node node : nodes) {
            ClusterDetail.Details details = node.details();
            table.add(
                    Line.of(node.node()),
                    details == null || details.kernelRelease() == null ? Line.DASH : Line.of(details.kernelRelease()),
                    details == null ? Line.DASH : Line.of(seconds(details.networkProgrammingSeconds())),
                    details == null
                            ? Line.DASH
                            : Line.of(number(details.noLocalEndpointsInternal()) + "/"
                                    + number(details.noLocalEndpointsExternal())),
                    details == null ? Line.DASH : Line.of(number(details.ctStateInvalidDropsTotal())),
                    details == null ? Line.DASH : Line.of(number(details.localhostNodePortsAcceptedTotal())),
                    details == null || details.ipvsSysctls() == null
                            ? Line.DASH
                            : Line.of(sysctls(details.ipvsSysctls())),
                    node.evidence().isEmpty() ? Line.DASH : Line.of(String.join(", ", node.evidence()), Tone.BUSY));
        }
        return Stream.concat(Stream.of(Line.EMPTY), table.lines().stream()).toList();
    }

    private static String sysctls(ClusterDetail.IpvsSysctls sysctls) {
        return Stream.of(
                        "conntrack=" + number(sysctls.conntrack()),
                        "conn_reuse_mode=" + number(sysctls.connReuseMode()),
                        "expire_nodest_conn=" + number(sysctls.expireNodestConn()),
                        "expire_quiescent_template=" + number(sysctls.expireQuiescentTemplate()))
                .collect(Collectors.joining(" "));
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "-" : String.format(Locale.ROOT, "%.2fs", seconds);
    }

    private static String number(@Nullable Number number) {
        return number == null ? "-" : number.toString();
    }
}
