package dev.kubeproxyfleet.schemas.binary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records as each version has written them, with everything set, are read with the values that they were written with. */
class ReleasedRecordsTest {

    private static final ReleaseArchive RECORDS =
            new ReleaseArchive(Path.of("src/test/resources/dev/kubeproxyfleet/schemas/released/records"));

    /** Without conversions: a time is the number that stands in the record. */
    private static final GenericData PLAIN = new GenericData();

    @Tag(ReleaseArchive.TAG)
    @ParameterizedTest
    @EnumSource
    void aRecordOfThisVersionIsKept(Released type) throws IOException {
        GenericRecord example = Example.of(type.schema);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(PLAIN, type.schema).encode(example, bytes);

        String name = type.topic.suffix() + "/" + RECORDS.version();
        RECORDS.keep(name + ".avro", bytes.toByteArray());
        RECORDS.keep(
                name + ".json",
                (Json.MAPPER.readTree(PLAIN.toString(example)).toPrettyString() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingThatIsKeptHasChanged() {
        assertThat(RECORDS.problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyVersionsRecordIsReadAsItWasWritten(Released type) throws IOException {
        List<String> records = RECORDS.files(".avro").stream()
                .filter(file -> file.startsWith(type.topic.suffix() + "/"))
                .toList();
        assertThat(records).hasSameSizeAs(type.schemaFiles());
        for (String file : records) {
            SpecificRecordBase read =
                    type.reader.read(RECORDS.read(file)).orElseThrow(() -> new AssertionError(file + " is not read"));
            JsonNode written = Json.MAPPER.readTree(RECORDS.read(file.replace(".avro", ".json")));

            assertSame(type.schema, written, json(type.schema, read), file);
        }
    }

    /** A field that one of both versions does not have is left out. */
    private static void assertSame(Schema schema, JsonNode written, JsonNode read, String path) {
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().stream()
                        .filter(field -> written.has(field.name()))
                        .forEach(field -> assertSame(
                                field.schema(),
                                written.get(field.name()),
                                read.get(field.name()),
                                path + "/" + field.name()));
            case UNION -> assertSame(schema.getTypes().getLast(), written, read, path);
            case ARRAY -> {
                assertThat(read).as(path).hasSameSizeAs(written);
                for (int i = 0; i < written.size(); i++) {
                    assertSame(schema.getElementType(), written.get(i), read.get(i), path + "/" + i);
                }
            }
            case MAP -> {
                assertThat(read).as(path).hasSameSizeAs(written);
                written.properties()
                        .forEach(entry -> assertSame(
                                schema.getValueType(),
                                entry.getValue(),
                                read.path(entry.getKey()),
                                path + "/" + entry.getKey()));
            }
            default -> assertThat(read).as(path).isEqualTo(written);
        }
    }

    private static JsonNode json(Schema schema, SpecificRecordBase record) throws IOException {
        ByteBuffer bytes = new BinaryMessageEncoder<>(record.getSpecificData(), schema).encode(record);
        return Json.MAPPER.readTree(
                PLAIN.toString(new BinaryMessageDecoder<GenericRecord>(PLAIN, schema).decode(bytes)));
    }
}
