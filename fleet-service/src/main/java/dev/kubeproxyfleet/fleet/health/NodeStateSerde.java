package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.avro.Proof;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Compact bytes of a {@link NodeState} for the store's changelog: a version, then the fields in order, a nullable one behind
 * a flag. A state of another version, or with a constant of one, reads as null: the node's next snapshot fills it again.
 */
final class NodeStateSerde implements Serde<NodeState> {

    private static final int VERSION = 9;
    private static final int USUAL_SIZE = 400;

    @Override
    public Serializer<NodeState> serializer() {
        return (topic, state) -> state == null ? null : write(state);
    }

    @Override
    public Deserializer<NodeState> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    static byte[] write(NodeState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(state.node());
            out.writeUTF(state.bootId());
            out.writeLong(state.takenAt().toEpochMilli());
            out.writeLong(state.heardAt().toEpochMilli());
            out.writeLong(state.interval().toMillis());
            writeShown(out, state.shown());
            out.writeInt(state.services());
            out.writeInt(state.backends());
            out.writeLong(state.activeConnections());
            out.writeLong(state.inactiveConnections());
            writeDouble(out, state.connectionsPerSecond());
            writeDouble(out, state.imbalance());
            writeLong(out, state.tcpAttemptFailsTotal());
            writeDouble(out, state.tcpAttemptFailsPerSecond());
            out.writeByte(state.evidence().size());
            for (String code : state.evidence()) {
                out.writeUTF(code);
            }
            writeCounters(out, state.counters());
            writeStarts(out, state.starts());
            writeText(out, state.kubeProxyVersion());
            writeText(out, state.probe() == null ? null : state.probe().name());
            writeDetails(out, state.details());
            out.writeBoolean(state.proven());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static @Nullable NodeState read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                return null;
            }
            String node = in.readUTF();
            String bootId = in.readUTF();
            Instant takenAt = Instant.ofEpochMilli(in.readLong());
            Instant heardAt = Instant.ofEpochMilli(in.readLong());
            return new NodeState(
                    node,
                    bootId,
                    takenAt,
                    heardAt,
                    Duration.ofMillis(in.readLong()),
                    readShown(in, HealthFold.earlier(takenAt, heardAt)),
                    in.readInt(),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    readDouble(in),
                    readDouble(in),
                    readLong(in),
                    readDouble(in),
                    readTexts(in),
                    readCounters(in),
                    readStarts(in),
                    readText(in),
                    probe(readText(in)),
                    readDetails(in),
                    in.readBoolean());
        } catch (IllegalArgumentException constantOfALaterVersion) {
            return null;
        } catch (IOException broken) {
            throw new UncheckedIOException(
                    "a node's state of " + bytes.length + " bytes ends too early; delete the local state folder",
                    broken);
        }
    }

    private static void writeShown(DataOutputStream out, ObservedConfiguration shown) throws IOException {
        writeText(out, shown.getMode());
        writeText(out, shown.getScheduler());
        writeLong(out, asLong(shown.getTcpTimeoutSeconds()));
        writeLong(out, asLong(shown.getTcpFinTimeoutSeconds()));
        writeLong(out, asLong(shown.getUdpTimeoutSeconds()));
        out.writeUTF(shown.getProof().name());
        out.writeBoolean(shown.getTimeoutsByKernel());
    }

    private static ObservedConfiguration readShown(DataInputStream in, Instant snapshotAt) throws IOException {
        return new ObservedConfiguration(
                readText(in),
                readText(in),
                asInt(readLong(in)),
                asInt(readLong(in)),
                asInt(readLong(in)),
                Proof.valueOf(in.readUTF()),
                in.readBoolean(),
                1,
                snapshotAt);
    }

    private static void writeCounters(DataOutputStream out, NodeCounters counters) throws IOException {
        out.writeLong(counters.sequence());
        writeLongs(out, counters.refusals());
        writeLongs(out, counters.conntrackFailures());
        writeLong(out, counters.processStartMillis());
        writeLong(out, counters.syncFailures());
        writeLongs(out, counters.syncs());
        writeLong(out, counters.probeFailures());
    }

    private static NodeCounters readCounters(DataInputStream in) throws IOException {
        return new NodeCounters(
                in.readLong(),
                readLongs(in),
                readLongs(in),
                readLong(in),
                readLong(in),
                readLongs(in).stream().filter(Objects::nonNull).toList(),
                readLong(in));
    }

    private static void writeStarts(DataOutputStream out, @Nullable KubeProxyStarts starts) throws IOException {
        out.writeBoolean(starts != null);
        if (starts != null) {
            out.writeLong(starts.processStartMillis());
            out.writeLong(starts.startedAt().toEpochMilli());
            writeLongs(
                    out, starts.restarts().stream().map(Instant::toEpochMilli).toList());
        }
    }

    private static @Nullable KubeProxyStarts readStarts(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? new KubeProxyStarts(
                        in.readLong(),
                        Instant.ofEpochMilli(in.readLong()),
                        readLongs(in).stream()
                                .filter(Objects::nonNull)
                                .map(Instant::ofEpochMilli)
                                .toList())
                : null;
    }

    private static void writeDetails(DataOutputStream out, NodeDetails details) throws IOException {
        writeDouble(out, details.getNetworkProgrammingSeconds());
        writeLong(out, asLong(details.getNoLocalEndpointsInternal()));
        writeLong(out, asLong(details.getNoLocalEndpointsExternal()));
        writeLong(out, details.getCtStateInvalidDropsTotal());
        writeLong(out, details.getLocalhostNodePortsAcceptedTotal());
        writeLong(out, asLong(details.getIpvsConntrack()));
        writeLong(out, asLong(details.getIpvsConnReuseMode()));
        writeLong(out, asLong(details.getIpvsExpireNodestConn()));
        writeLong(out, asLong(details.getIpvsExpireQuiescentTemplate()));
        out.writeUTF(details.getAgentVersion());
        out.writeUTF(details.getKernelRelease());
    }

    private static NodeDetails readDetails(DataInputStream in) throws IOException {
        return new NodeDetails(
                readDouble(in),
                asInt(readLong(in)),
                asInt(readLong(in)),
                readLong(in),
                readLong(in),
                asInt(readLong(in)),
                asInt(readLong(in)),
                asInt(readLong(in)),
                asInt(readLong(in)),
                in.readUTF(),
                in.readUTF());
    }

    private static void writeLongs(DataOutputStream out, List<? extends @Nullable Long> values) throws IOException {
        out.writeByte(values.size());
        for (Long value : values) {
            writeLong(out, value);
        }
    }

    private static List<@Nullable Long> readLongs(DataInputStream in) throws IOException {
        List<@Nullable Long> values = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            values.add(readLong(in));
        }
        return values;
    }

    private static @Nullable ProbeState probe(@Nullable String name) {
        return name == null ? null : ProbeState.valueOf(name);
    }

    private static void writeText(DataOutputStream out, @Nullable String value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            out.writeUTF(value);
        }
    }

    private static void writeLong(DataOutputStream out, @Nullable Long value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            out.writeLong(value);
        }
    }

    private static void writeDouble(DataOutputStream out, @Nullable Double value) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            out.writeDouble(value);
        }
    }

    private static @Nullable String readText(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    private static @Nullable Long readLong(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readLong() : null;
    }

    private static @Nullable Double readDouble(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readDouble() : null;
    }

    private static @Nullable Long asLong(@Nullable Integer value) {
        return value == null ? null : value.longValue();
    }

    private static @Nullable Integer asInt(@Nullable Long value) {
        return value == null ? null : value.intValue();
    }
}
