package dev.kubeproxyfleet.fleet.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What anyone may write to a topic: garbage, truncated, huge, packed, of wrong types, with nulls, tombstones, replays. Made of valid
 * records, so that what is almost right is among it. The same seed gives the same records.
 */
public final class HostileRecords {

    /** A valid record. */
    public record Valid(String key, byte[] value) {}

    /** One record of the corpus; {@code value} is null for a tombstone, and {@code key} may be null too. */
    public record Hostile(String kind, byte[] key, byte[] value, Headers headers) {

        @Override
        public String toString() {
            return kind + " key=" + shown(key) + " value=" + shown(value);
        }

        private static String shown(byte[] bytes) {
            return bytes == null
                    ? "null"
                    : bytes.length + ":"
                            + new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8)
                                    .replaceAll("\\p{Cntrl}", "?");
        }
    }

    private static final int HUGE = 2_500_000;

    /** A huge record takes its time, and a few of them show what there is to see. */
    private static final int HUGE_ONE_IN = 250;

    private static final List<String> TEXTS = List.of(
            "",
            "\u0000",
            "a\r\nforged line",
            "\u001b[31mred\u001b[0m",
            "\u202eesrever",
            "2026-13-45",
            "+1000000000-12-31T23:59:59.999999999Z",
            "-1000000000-01-01T00:00:00Z",
            "PT9223372036854775807S",
            "-PT9223372036854775807S",
            "1e999999999",
            "../../etc/passwd",
            "\ud800",
            "null");
    private static final List<String> DOCUMENTS = List.of(
            "",
            "null",
            "true",
            "0",
            "\"text\"",
            "[]",
            "[null]",
            "{}",
            "{",
            "[[",
            "{\"a\":",
            "\u0000",
            "---\n- a",
            "&a [*a]",
            "{\"specversion\":\"1.0\"}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"data\":null}");

    private final Random random;
    private final List<Valid> valid;
    private final boolean json;

    private HostileRecords(long seed, List<Valid> valid, boolean json) {
        this.random = new Random(seed);
        this.valid = List.copyOf(valid);
        this.json = json;
    }

    /** @param valid JSON records that the corpus is made of */
    public static List<Hostile> json(long seed, int count, Valid... valid) {
        return new HostileRecords(seed, List.of(valid), true).records(count);
    }

    /** @param valid records in any other encoding that the corpus is made of */
    public static List<Hostile> binary(long seed, int count, Valid... valid) {
        return new HostileRecords(seed, List.of(valid), false).records(count);
    }

    private List<Hostile> records(int count) {
        List<Supplier<Hostile>> kinds = new ArrayList<>(List.of(
                this::garbage,
                this::truncated,
                this::flipped,
                this::wrongKey,
                this::tombstone,
                this::replay,
                this::packed,
                this::strangeHeaders,
                this::longer));
        if (json) {
            // Most of what can go wrong is a document that is almost right.
            IntStream.range(0, 8).forEach(_ -> kinds.add(this::mutated));
            kinds.add(this::document);
            kinds.add(this::deep);
        } else {
            IntStream.range(0, 6).forEach(_ -> kinds.add(this::flipped));
            kinds.add(this::garbageAfterHeader);
        }
        return Stream.generate(() -> random.nextInt(HUGE_ONE_IN) == 0
                        ? huge()
                        : kinds.get(random.nextInt(kinds.size())).get())
                .limit(count)
                .toList();
    }

    private Hostile record(String kind, byte[] key, byte[] value) {
        return new Hostile(kind, key, value, new RecordHeaders());
    }

    private Valid any() {
        return valid.get(random.nextInt(valid.size()));
    }

    private Hostile garbage() {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return record("garbage", bytes(any().key()), bytes);
    }

    private Hostile garbageAfterHeader() {
        Valid valid = any();
        byte[] bytes = new byte[10 + random.nextInt(200)];
        random.nextBytes(bytes);
        System.arraycopy(valid.value(), 0, bytes, 0, 10);
        return record("garbage after the header", bytes(valid.key()), bytes);
    }

    private Hostile truncated() {
        Valid valid = any();
        return record(
                "truncated", bytes(valid.key()), Arrays.copyOf(valid.value(), random.nextInt(valid.value().length)));
    }

    private Hostile longer() {
        Valid valid = any();
        return record(
                "longer",
                bytes(valid.key()),
                Arrays.copyOf(valid.value(), valid.value().length + 1 + random.nextInt(9)));
    }

    private Hostile flipped() {
        Valid valid = any();
        byte[] bytes = valid.value().clone();
        for (int i = 0; i <= random.nextInt(3); i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return record("bits flipped", bytes(valid.key()), bytes);
    }

    private Hostile wrongKey() {
        byte[] key = switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) 0xff, (byte) 0xfe};
            case 2 -> bytes("forged\r\n\u001b[2J");
            case 3 -> bytes("/subscriptions//managedclusters/");
            default -> bytes("k".repeat(5_000));
        };
        return record("wrong key", key, random.nextBoolean() ? any().value() : null);
    }

    private Hostile tombstone() {
        return record("tombstone", bytes(any().key()), null);
    }

    private Hostile replay() {
        Valid valid = any();
        return record("replay", bytes(valid.key()), valid.value());
    }

    private Hostile packed() {
        Valid valid = any();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(valid.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return record("packed", bytes(valid.key()), packed.toByteArray());
    }

    private Hostile strangeHeaders() {
        Valid valid = any();
        Hostile record = record("strange headers", bytes(valid.key()), valid.value());
        for (String name : List.of("ce_specversion", "ce_id", "ce_source", "ce_type", "content-type", "kpfleet-code")) {
            if (random.nextBoolean()) {
                String text = random.nextInt(20) == 0 ? "x".repeat(400_000) : TEXTS.get(random.nextInt(TEXTS.size()));
                record.headers().add(name, random.nextInt(10) == 0 ? null : bytes(text));
            }
        }
        return record;
    }

    private Hostile huge() {
        Valid valid = any();
        return switch (random.nextInt(3)) {
            case 0 -> record("huge value", bytes(valid.key()), Arrays.copyOf(valid.value(), HUGE));
            case 1 -> record("huge text", bytes(valid.key()), bytes("{\"id\":\"" + "x".repeat(HUGE) + "\"}"));
            default -> record("huge key", bytes("k".repeat(1_000_000)), random.nextBoolean() ? valid.value() : null);
        };
    }

    private Hostile document() {
        return record("document", bytes(any().key()), bytes(DOCUMENTS.get(random.nextInt(DOCUMENTS.size()))));
    }

    private Hostile deep() {
        String open = random.nextBoolean() ? "[" : "{\"a\":";
        return record("deep", bytes(any().key()), bytes(open.repeat(50_000)));
    }

    /** One to three places of a valid document replaced by something else, or gone. */
    private Hostile mutated() {
        Valid valid = any();
        try {
            JsonNode root = Json.MAPPER.readTree(valid.value());
            for (int i = 0; i <= random.nextInt(3); i++) {
                mutate(root);
            }
            return record("mutated", bytes(valid.key()), Json.MAPPER.writeValueAsBytes(root));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void mutate(JsonNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        switch (container) {
            case ObjectNode object
            when !object.isEmpty() -> {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                String name = names.get(random.nextInt(names.size()));
                if (random.nextInt(4) == 0) {
                    object.remove(name);
                } else {
                    object.set(name, something());
                }
            }
            case ArrayNode array -> {
                if (array.isEmpty() || random.nextInt(3) == 0) {
                    array.add(something());
                } else {
                    array.set(random.nextInt(array.size()), something());
                }
            }
            default -> {}
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private JsonNode something() {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> make.nullNode();
            case 3 -> make.arrayNode();
            case 4 -> make.arrayNode().addNull();
            case 5 -> make.objectNode();
            case 6 -> make.numberNode(random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE);
            case 7 -> make.numberNode(random.nextBoolean() ? -1 : 0.5);
            case 8 -> make.booleanNode(random.nextBoolean());
            case 9 -> make.textNode("x".repeat(random.nextInt(10) == 0 ? 300_000 : 600));
            default -> make.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
