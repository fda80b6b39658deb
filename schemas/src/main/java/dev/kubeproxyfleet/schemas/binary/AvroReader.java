package dev.kubeproxyfleet.schemas.binary;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one type in Avro's single-object encoding, whoever wrote the bytes: what is no such record, or not whole, or makes no
 * sense, reads as empty, and costs little more memory than its bytes ({@link AvroLimits}). Thread-safe.
 *
 * <p>The fingerprint in front tells with which schema a record was written. This version reads what it writes itself and what any
 * released version has written ({@link SchemaArchive}), resolved as Avro does: a field that the writer did not know has its default.
 *
 * <p>Source of the encoding: Avro 1.12 specification, "Single-object encoding specification".
 */
public final class AvroReader<T extends SpecificRecordBase> {

    static {
        AvroLimits.set();
    }

    private static final byte[] MARKER = {(byte) 0xC3, 0x01};
    private static final int HEADER_BYTES = MARKER.length + Long.BYTES;

    /** Records of {@code node-stats}. */
    public static final AvroReader<NodeStats> NODE_STATS = new AvroReader<>(
            NodeStats.class,
            SchemaArchive.of(Topic.NODE_STATS),
            stats -> !stats.getCluster().isEmpty()
                    && Limits.isText(stats.getCluster(), Limits.MAX_RESOURCE_ID_LENGTH)
                    && isTime(stats.getTakenAt()));

    /** Records of {@code cluster-health}, whatever they are kept under. */
    public static final AvroReader<ClusterHealth> CLUSTER_HEALTH = new AvroReader<>(
            ClusterHealth.class,
            SchemaArchive.of(Topic.CLUSTER_HEALTH),
            health -> health.getNodesReporting() >= 0
                    && isTime(health.getAt())
                    && health.getObserved().stream()
                            .allMatch(observed -> observed.getNodes() >= 0 && isTime(observed.getOldestSnapshotAt()))
                    && health.getProbeFailingAt().stream()
                            .map(Instant::ofEpochMilli)
                            .allMatch(AvroReader::isTime)
                    && health.getRestartedAt().stream()
                            .map(Instant::ofEpochMilli)
                            .allMatch(AvroReader::isTime)
                    && health.getNodes().stream()
                            .allMatch(node -> isTime(node.getTakenAt())
                                    && (node.getKubeProxyStartedAt() == null
                                            || isTime(Instant.ofEpochMilli(node.getKubeProxyStartedAt())))));

    /** Records of {@code cluster-kubernetes}, whatever they are kept under. */
    public static final AvroReader<ClusterKubernetes> CLUSTER_KUBERNETES = new AvroReader<>(
            ClusterKubernetes.class,
            SchemaArchive.of(Topic.CLUSTER_KUBERNETES),
            kubernetes -> isTime(kubernetes.getAt())
                    && (kubernetes.getTrouble() == null
                            || (isTime(kubernetes.getTrouble().getSince())
                                    && Limits.isText(kubernetes.getTrouble().getCode(), Limits.MAX_CODE_LENGTH)
                                    && Limits.isText(kubernetes.getTrouble().getMessage(), Limits.MAX_MESSAGE_LENGTH)))
                    && (kubernetes.getSeen() == null || isSane(kubernetes.getSeen())));

    private final Map<Long, DatumReader<T>> byFingerprint;
    private final Predicate<T> sane;

    /** @param others schemas of other versions, whose records are read as well */
    AvroReader(Class<T> type, List<Schema> others, Predicate<T> sane) {
        SpecificData model = SpecificData.getForClass(type);
        Schema own = model.getSchema(type);
        // A version that changed nothing but defaults or comments has the fingerprint of the one before it.
        this.byFingerprint = Stream.concat(Stream.of(own), others.stream())
                .collect(Collectors.toUnmodifiableMap(
                        SchemaNormalization::parsingFingerprint64,
                        writer -> new SpecificDatumReader<>(writer, own, model),
                        (first, _) -> first));
        this.sane = sane;
    }

    /** A record of {@code cluster-health}, which must be about the cluster that it is kept under. */
    public static Optional<ClusterHealth> clusterHealth(String key, byte @Nullable [] bytes) {
        return CLUSTER_HEALTH.read(bytes).filter(health -> health.getCluster().equals(key));
    }

    /** A record of {@code cluster-kubernetes}, which must be about the cluster that it is kept under. */
    public static Optional<ClusterKubernetes> clusterKubernetes(String key, byte @Nullable [] bytes) {
        return CLUSTER_KUBERNETES
                .read(bytes)
                .filter(kubernetes -> kubernetes.getCluster().equals(key));
    }

    /** Never throws, whatever the bytes. */
    public Optional<T> read(byte @Nullable [] bytes) {
        if (bytes == null || !startsWithHeader(bytes)) {
            return Optional.empty();
        }
        DatumReader<T> reader = byFingerprint.get(fingerprint(bytes));
        if (reader == null) {
            return Optional.empty();
        }
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        try {
            T record = reader.read(null, decoder);
            return decoder.isEnd() && sane.test(record) ? Optional.of(record) : Optional.empty();
        } catch (IOException | RuntimeException garbage) {
            // Avro throws what comes from any byte that it did not expect.
            return Optional.empty();
        }
    }

    /** Why bytes that read as empty do so. */
    public Unreadable objection(byte @Nullable [] bytes) {
        return bytes != null && startsWithHeader(bytes) && !byFingerprint.containsKey(fingerprint(bytes))
                ? Unreadable.UNKNOWN_VERSION
                : Unreadable.NO_RECORD;
    }

    private static boolean startsWithHeader(byte[] bytes) {
        return bytes.length >= HEADER_BYTES && bytes[0] == MARKER[0] && bytes[1] == MARKER[1];
    }

    private static long fingerprint(byte[] bytes) {
        return ByteBuffer.wrap(bytes, MARKER.length, Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    private static boolean isSane(KubernetesSeen seen) {
        return isTime(seen.getAt())
                && seen.getLinuxNodes() >= 0
                && seen.getPods().stream()
                        .allMatch(pods -> pods.getCount() >= 0 && isTimeOrNone(pods.getNewestStartAt()))
                && seen.getRestartedAt().stream().allMatch(AvroReader::isTime)
                && seen.getNodes().stream()
                        .allMatch(node -> node.getPod() == null
                                || isTimeOrNone(node.getPod().getStartedAt()))
                && (seen.getAgents() == null
                        || seen.getAgents().stream()
                                .allMatch(agents -> agents.getDesiredNumberScheduled() >= 0
                                        && agents.getUpdatedNumberScheduled() >= 0
                                        && agents.getNumberAvailable() >= 0));
    }

    private static boolean isTimeOrNone(@Nullable Long millis) {
        return millis == null || isTime(millis);
    }

    private static boolean isTime(long millis) {
        return isTime(Instant.ofEpochMilli(millis));
    }

    private static boolean isTime(Instant time) {
        return !time.isBefore(Limits.EARLIEST) && !time.isAfter(Limits.LATEST);
    }
}
