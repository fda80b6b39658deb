package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Snapshots of nodes that run IPVS with lc unless told otherwise. */
record Snapshots(
        String cluster,
        String node,
        String bootId,
        long sequence,
        Instant takenAt,
        int intervalMillis,
        @Nullable KubeProxyState kubeProxy,
        @Nullable KubeProxySync sync,
        @Nullable KernelTimeouts kernelTimeouts,
        @Nullable IpvsState ipvs,
        @Nullable NetworkState network) {

    static final String CLUSTER =
            "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one";
    static final String KERNEL = "5.15.0-1073-azure";
    static final Duration EMIT_INTERVAL = Duration.ofSeconds(2);
    static final Duration BUCKET = Duration.ofSeconds(10);
    static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    static Snapshots of(String node) {
        return new Snapshots(
                CLUSTER,
                node,
                "boot-1",
                1,
                NOON,
                10_000,
                new KubeProxyState("ipvs", "lc", 900, 120, 300, null),
                ruleSync(RuleSync.Synced),
                null,
                ipvs(Map.of("lc", 3), 10, 5.0, 1.2),
                null);
    }

    static KubeProxySync ruleSync(RuleSync state) {
        return new KubeProxySync(0L, List.of(), state, null, null, null, null, null, null);
    }

    static IpvsState ipvs(
            Map<String, Integer> schedulers, long active, @Nullable Double rate, @Nullable Double imbalance) {
        int services = schedulers.values().stream().mapToInt(it -> it).sum();
        return new IpvsState(
                4096,
                services,
                services * 2,
                schedulers,
                active,
                2L,
                0,
                0,
                100L,
                1L,
                1L,
                1L,
                1L,
                rate,
                false,
                imbalance,
                "held",
                List.of(),
                List.of(),
                List.of(),
                null,
                Map.of(),
                null,
                List.of());
    }

    Snapshots cluster(String id) {
        return new Snapshots(
                id, node, bootId, sequence, takenAt, intervalMillis, kubeProxy, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots boot(String id) {
        return new Snapshots(
                cluster, node, id, sequence, takenAt, intervalMillis, kubeProxy, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots sequence(long number) {
        return new Snapshots(
                cluster, node, bootId, number, takenAt, intervalMillis, kubeProxy, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots at(Instant time) {
        return new Snapshots(
                cluster, node, bootId, sequence, time, intervalMillis, kubeProxy, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots interval(int millis) {
        return new Snapshots(
                cluster, node, bootId, sequence, takenAt, millis, kubeProxy, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots kubeProxy(@Nullable KubeProxyState state) {
        return new Snapshots(
                cluster, node, bootId, sequence, takenAt, intervalMillis, state, sync, kernelTimeouts, ipvs, network);
    }

    Snapshots sync(@Nullable KubeProxySync state) {
        return new Snapshots(
                cluster,
                node,
                bootId,
                sequence,
                takenAt,
                intervalMillis,
                kubeProxy,
                state,
                kernelTimeouts,
                ipvs,
                network);
    }

    Snapshots kernelTimeouts(KernelTimeouts timeouts) {
        return new Snapshots(
                cluster, node, bootId, sequence, takenAt, intervalMillis, kubeProxy, sync, timeouts, ipvs, network);
    }

    Snapshots ipvs(@Nullable IpvsState state) {
        return new Snapshots(
                cluster,
                node,
                bootId,
                sequence,
                takenAt,
                intervalMillis,
                kubeProxy,
                sync,
                kernelTimeouts,
                state,
                network);
    }

    Snapshots attemptFails(long total) {
        NetworkState counters = new NetworkState(null, null, null, null, total, null, null, null, null, null, null);
        return new Snapshots(
                cluster,
                node,
                bootId,
                sequence,
                takenAt,
                intervalMillis,
                kubeProxy,
                sync,
                kernelTimeouts,
                ipvs,
                counters);
    }

    /** ICMP unreachables that the node has sent. */
    Snapshots refusals(long total) {
        return new Snapshots(
                cluster,
                node,
                bootId,
                sequence,
                takenAt,
                intervalMillis,
                kubeProxy,
                sync,
                kernelTimeouts,
                ipvs,
                NetworkState.newBuilder().setIcmpOutDestUnreachsTotal(total).build());
    }

    NodeStats stats() {
        return new NodeStats(
                cluster,
                node,
                "test",
                bootId,
                sequence,
                takenAt,
                intervalMillis,
                kubeProxy,
                sync,
                kernelTimeouts,
                ipvs,
                network,
                List.of(),
                List.of(),
                KERNEL);
    }

    /** With evidence of these codes. */
    NodeStats stats(String... codes) {
        return NodeStats.newBuilder(stats())
                .setEvidence(
                        Stream.of(codes).map(code -> new Evidence(code, "")).toList())
                .build();
    }

    byte[] bytes() {
        try {
            ByteBuffer encoded = stats().toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
