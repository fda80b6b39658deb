package dev.kubeproxyfleet.schemas.binary;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Makes a record of any schema in which everything is set: each value is another, and none is its field's default. */
final class Example {

    private static final Instant TIME = Instant.parse("2026-05-04T03:02:01.500Z");

    private int next = 1;

    private Example() {}

    static GenericRecord of(Schema schema) {
        return (GenericRecord) new Example().value(schema, schema.getName());
    }

    private Object value(Schema schema, String name) {
        return switch (schema.getType()) {
            case RECORD -> {
                GenericData.Record record = new GenericData.Record(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema(), field.name())));
                yield record;
            }
            case UNION -> value(schema.getTypes().getLast(), name);
            case ARRAY -> List.of(value(schema.getElementType(), name), value(schema.getElementType(), name));
            case MAP -> Map.of(name + "-" + next++, value(schema.getValueType(), name));
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(next++ % (schema.getEnumSymbols().size() - 1)));
            case STRING -> name + "-" + next++;
            case INT -> next++;
            case LONG ->
                schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        ? TIME.toEpochMilli() + next++
                        : (long) next++;
            case DOUBLE -> next++ + 0.5;
            case BOOLEAN -> true;
            case NULL, FLOAT, BYTES, FIXED ->
                throw new IllegalArgumentException("no record has had a " + schema.getType() + " so far: " + name);
        };
    }
}
