package dev.kubeproxyfleet.fleet.health;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a {@link SignalHistory} for the store's changelog, behind a version. One of another version, or of buckets of another
 * length, reads as null: it begins anew.
 */
final class SignalHistorySerde implements Serde<SignalHistory> {

    private static final int VERSION = 1;
    private static final int USUAL_SIZE = 2_048;

    private final Duration bucket;

    SignalHistorySerde(Duration bucket) {
        this.bucket = bucket;
    }

    @Override
    public Serializer<SignalHistory> serializer() {
        return (topic, history) -> history == null ? null : write(history);
    }

    @Override
    public Deserializer<SignalHistory> deserializer() {
        return (topic, bytes) -> bytes == null ? null : read(bytes);
    }

    private static byte[] write(SignalHistory history) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            history.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private @Nullable SignalHistory read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                return null;
            }
            SignalHistory history = SignalHistory.read(in);
            return history.bucket().equals(bucket) ? history : null;
        } catch (IOException broken) {
            throw new UncheckedIOException(
                    "a history of signals of " + bytes.length + " bytes ends too early; delete the local state folder",
                    broken);
        }
    }
}
