package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is shown of a node, and no gate judges. */
final class Details {

    private Details() {}

    static NodeDetails of(NodeStats stats) {
        KubeProxySync sync = stats.getKubeProxySync();
        return new NodeDetails(
                sync == null ? null : networkProgrammingSeconds(sync),
                read(sync, KubeProxySync::getNoLocalEndpointsInternal),
                read(sync, KubeProxySync::getNoLocalEndpointsExternal),
                read(sync, KubeProxySync::getCtStateInvalidDropsTotal),
                read(sync, KubeProxySync::getLocalhostNodePortsAcceptedTotal),
                sysctl(stats, IpvsSysctls::getConntrack),
                sysctl(stats, IpvsSysctls::getConnReuseMode),
                sysctl(stats, IpvsSysctls::getExpireNodestConn),
                sysctl(stats, IpvsSysctls::getExpireQuiescentTemplate),
                stats.getAgentVersion(),
                stats.getKernelRelease());
    }

    /** Null as long as no change was programmed. */
    private static @Nullable Double networkProgrammingSeconds(KubeProxySync sync) {
        Long changes = sync.getNetworkProgrammingCount();
        Double seconds = sync.getNetworkProgrammingSecondsTotal();
        return changes == null || changes <= 0 || seconds == null || !Double.isFinite(seconds)
                ? null
                : (Double) (seconds / changes);
    }

    private static @Nullable Integer sysctl(NodeStats stats, Function<IpvsSysctls, @Nullable Integer> value) {
        return Optional.ofNullable(stats.getIpvs())
                .map(IpvsState::getSysctls)
                .map(value)
                .orElse(null);
    }

    private static <T> @Nullable T read(@Nullable KubeProxySync sync, Function<KubeProxySync, @Nullable T> value) {
        return sync == null ? null : value.apply(sync);
    }
}
