package dev.kubeproxyfleet.fleet.view;

import static java.util.stream.Collectors.toMap;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * How far the topics are read. Kafka gives every record its place, so a position means the same to each replica: one that has read as
 * far knows all that another knew there.
 *
 * @param log which topics these are: made anew or restored, they have another one
 * @param at when they were read so far, to the second
 * @param next of each partition the offset that is read next; 0 where there is none
 */
public record Position(long log, Instant at, SortedMap<Partition, Long> next) {

    /** Before anything is read, and until Kafka says more, of one partition a topic. */
    static final Position START = new Position(
            0,
            Instant.EPOCH,
            ReadModelConsumer.TOPICS.stream()
                    .collect(toMap(topic -> new Partition(topic, 0), _ -> 0L, (one, _) -> one, TreeMap::new)));

    private static final byte FORMAT = 1;

    /** Of a text that this program makes; what is longer is none. */
    private static final int MAX_TEXT = 16_384;

    public Position {
        at = Instant.ofEpochSecond(at.getEpochSecond());
        next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    }

    /** Whether it is as far as these offsets, those of another position for example. */
    boolean covers(Map<Partition, Long> offsets) {
        return offsets.entrySet().stream().allMatch(entry -> offset(entry.getKey()) >= entry.getValue());
    }

    long offset(Partition partition) {
        return next.getOrDefault(partition, 0L);
    }

    /** Every partition that is read. */
    SortedSet<Partition> partitions() {
        return new TreeSet<>(next.keySet());
    }

    /** The same, but for one partition. */
    Position with(Partition partition, long offset) {
        SortedMap<Partition, Long> more = new TreeMap<>(next);
        more.put(partition, offset);
        return new Position(log, at, more);
    }

    /** What {@link #parse} reads: for clients, who give it back as it is. */
    public String text() {
        ByteBuffer bytes = ByteBuffer.allocate(32 + next.size() * 10);
        bytes.put(FORMAT).putLong(log);
        ByteUtils.writeVarlong(at.getEpochSecond(), bytes);
        next.values().forEach(offset -> ByteUtils.writeVarlong(offset, bytes));
        bytes.flip();
        byte[] written = new byte[bytes.remaining()];
        bytes.get(written);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(written);
    }

    /**
     * Reads a position of these topics.
     *
     * @param known the partitions that this replica reads; a text has their offsets in this order
     * @return empty if it is none, or is of other topics or partitions
     */
    static Optional<Position> parse(String text, long log, SortedSet<Partition> known) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.get() != FORMAT || bytes.getLong() != log) {
                return Optional.empty();
            }
            Instant at = Instant.ofEpochSecond(ByteUtils.readVarlong(bytes));
            SortedMap<Partition, Long> next = new TreeMap<>();
            for (Partition partition : known) {
                next.put(partition, ByteUtils.readVarlong(bytes));
            }
            return bytes.hasRemaining() ? Optional.empty() : Optional.of(new Position(log, at, next));
        } catch (IllegalArgumentException | BufferUnderflowException | java.time.DateTimeException e) {
            return Optional.empty();
        }
    }
}
