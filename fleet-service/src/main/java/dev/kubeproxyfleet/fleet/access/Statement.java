package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the service vouches for: all of a record that is believed. Nobody changes the arrays.
 *
 * @param topic to which the record belongs, whatever its prefix
 * @param key of the record; null if it has none
 * @param document the event's data; null for a tombstone
 * @param reason null if none was given
 */
public record Statement(
        Topic topic,
        byte @Nullable [] key,
        byte @Nullable [] document,
        String source,
        String id,
        String actor,
        @Nullable String reason) {

    private static final String VERSION = "kpfleet-voucher-1";

    /** Of a command: its value says all that is believed. */
    public static Statement of(Command command, byte @Nullable [] key, byte[] value) {
        return new Statement(Topic.COMMANDS, key, value, "", command.id(), command.actor(), command.reason());
    }

    /**
     * Bytes that no other statement, and no other time, has: each part has its length before it, and one that is missing is another one
     * than one that is empty.
     */
    byte[] encoded(Instant at) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            part(out, utf8(VERSION));
            part(out, utf8(topic.suffix()));
            part(out, key);
            part(out, document);
            part(out, utf8(source));
            part(out, utf8(id));
            part(out, utf8(actor));
            part(out, reason == null ? null : utf8(reason));
            out.writeLong(at.toEpochMilli());
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static void part(DataOutputStream out, byte @Nullable [] part) throws IOException {
        out.writeBoolean(part != null);
        if (part != null) {
            out.writeInt(part.length);
            out.write(part);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
