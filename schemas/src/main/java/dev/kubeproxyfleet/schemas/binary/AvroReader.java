package dev.kubeproxyfleet.schemas.binary;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one type in Avro's single-object encoding, whoever wrote the bytes: what is no such record, or not whole, or makes no
 * sense, reads as empty, and costs little more memory than its bytes ({@link AvroLimits}). Thread-safe.
 *
 * <p>Source of the encoding: Avro 1.12 specification, "Single-object encoding specification".
 */
public final class AvroReader<T extends SpecificRecordBase> {

    static {
        AvroLimits.set();
    }

    private static final byte[] MARKER = {(byte) 0xC3, 0x01};
    private static final int FINGERPRINT_BYTES = 8;

    /** Records of {@code node-stats}. */
    public static final AvroReader<NodeStats> NODE_STATS = new AvroReader<>(
            NodeStats.class,
            NodeStats.getClassSchema(),
            stats -> !stats.getCluster().isEmpty()
                    && Limits.isText(stats.getCluster(), Limits.MAX_RESOURCE_ID_LENGTH)
                    && isTime(stats.getTakenAt()));

    private static final AvroReader<ClusterHealth> CLUSTER_HEALTH = new AvroReader<>(
            ClusterHealth.class,
            ClusterHealth.getClassSchema(),
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

    private static final AvroReader<ClusterKubernetes> CLUSTER_KUBERNETES = new AvroReader<>(
            ClusterKubernetes.class,
            ClusterKubernetes.getClassSchema(),
            kubernetes -> isTime(kubernetes.getAt())
                    && (kubernetes.getTrouble() == null
                            || (isTime(kubernetes.getTrouble().getSince())
                                    && Limits.isText(kubernetes.getTrouble().getCode(), Limits.MAX_CODE_LENGTH)
                                    && Limits.isText(kubernetes.getTrouble().getMessage(), Limits.MAX_MESSAGE_LENGTH)))
                    && (kubernetes.getSeen() == null || isSane(kubernetes.getSeen())));

    private final Schema schema;
    private final byte[] header;
    private final SpecificData model;
    private final Predicate<T> sane;

    private AvroReader(Class<T> type, Schema schema, Predicate<T> sane) {
        this.schema = schema;
        this.header = header(schema);
        this.model = SpecificData.getForClass(type);
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
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, header.length, bytes.length - header.length, null);
        try {
            T record = new SpecificDatumReader<T>(schema, schema, model).read(null, decoder);
            return decoder.isEnd() && sane.test(record) ? Optional.of(record) : Optional.empty();
        } catch (IOException | RuntimeException garbage) {
            // Avro throws what comes from any byte that it did not expect.
            return Optional.empty();
        }
    }

    private boolean startsWithHeader(byte[] bytes) {
        if (bytes.length < header.length) {
            return false;
        }
        for (int i = 0; i < header.length; i++) {
            if (bytes[i] != header[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] header(Schema schema) {
        byte[] header = new byte[MARKER.length + FINGERPRINT_BYTES];
        System.arraycopy(MARKER, 0, header, 0, MARKER.length);
        long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        for (int i = 0; i < FINGERPRINT_BYTES; i++) {
            // Little-endian.
            header[MARKER.length + i] = (byte) (fingerprint >>> Byte.SIZE * i);
        }
        return header;
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
