package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A record of {@code cluster-health} of a cluster whose nodes all show the same, and prove it. */
final class ShownHealth {

    private ShownHealth() {}

    static byte[] of(String cluster, EffectiveKubeProxy effective, int nodes, Instant at) {
        EffectiveIpvs ipvs = effective.ipvs();
        try {
            ByteBuffer encoded = ClusterHealth.newBuilder()
                    .setCluster(cluster)
                    .setAt(at)
                    .setNodesReporting(nodes)
                    .setObserved(List.of(ObservedConfiguration.newBuilder()
                            .setMode(effective.mode().name().toLowerCase(Locale.ROOT))
                            .setScheduler(ipvs == null ? null : ipvs.scheduler().kernelName())
                            .setTcpTimeoutSeconds(ipvs == null ? null : ipvs.tcpTimeoutSeconds())
                            .setTcpFinTimeoutSeconds(ipvs == null ? null : ipvs.tcpFinTimeoutSeconds())
                            .setUdpTimeoutSeconds(ipvs == null ? null : ipvs.udpTimeoutSeconds())
                            .setProof(Proof.Proven)
                            .setTimeoutsByKernel(ipvs != null)
                            .setNodes(nodes)
                            .setOldestSnapshotAt(at)
                            .build()))
                    .setActiveConnections(0)
                    .setInactiveConnections(0)
                    .setNodes(List.of())
                    .build()
                    .toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
