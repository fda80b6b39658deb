package dev.kubeproxyfleet.schemas.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every version reads what every other has written, and the archive has what that takes. */
class SchemaArchiveTest {

    @Tag(ReleaseArchive.TAG)
    @ParameterizedTest
    @EnumSource
    void theArchiveHasTheSchemaOfThisVersion(Released type) {
        Released.SCHEMAS.keep(
                type.schemaFile(Released.SCHEMAS.version()),
                SchemaChange.withoutComments(type.schema).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingOfTheArchiveHasChanged() {
        assertThat(Released.SCHEMAS.problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void thisVersionAndEachOtherReadTheRecordsOfBoth(Released type) {
        assertThat(type.schemaFiles())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(SchemaChange.incompatibilities(type.schema, Released.archived(file)))
                        .as("records of %s", file)
                        .isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void everyEnumCanGetAnotherConstant(Released type) {
        assertThat(SchemaChange.closedEnums(type.schema)).isEmpty();
    }

    @Test
    void aChangeThatWouldNotDoIsToldByTheNameOfItsField() {
        Schema released = schema("""
                {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                  {"name": "nodes", "type": "int"}, {"name": "mode", "type": "string"}]}}""");
        Schema narrower = schema("""
                {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [{"name": "nodes", "type": "int"}]}}""");
        Schema wider = schema("""
                {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                  {"name": "nodes", "type": "long"}, {"name": "mode", "type": "string"}]}}""");

        assertThat(SchemaChange.incompatibilities(narrower, released))
                .singleElement()
                .asString()
                .startsWith("Outer.inner.mode: ");
        assertThat(SchemaChange.incompatibilities(released, narrower))
                .singleElement()
                .asString()
                .startsWith("Outer.inner.mode: ");
        assertThat(SchemaChange.incompatibilities(wider, released))
                .singleElement()
                .asString()
                .startsWith("Outer.inner.nodes: ");
        assertThat(SchemaChange.incompatibilities(released, released)).isEmpty();
    }

    @Test
    void anEnumWithoutADefaultIsToldByItsName() {
        assertThat(SchemaChange.closedEnums(schema("""
                {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["On", "Off"]}}"""))).containsExactly("State");
    }

    @Test
    void commentsChangeNothing() {
        Schema told = schema("{\"name\": \"doc\", \"type\": \"int\", \"doc\": \"how many\"}");
        Schema untold = schema("{\"name\": \"doc\", \"type\": \"int\"}");

        assertThat(SchemaChange.withoutComments(told)).isEqualTo(SchemaChange.withoutComments(untold));
        assertThat(new Schema.Parser().parse(SchemaChange.withoutComments(told)))
                .isEqualTo(untold);
    }

    private static Schema schema(String field) {
        return new Schema.Parser().parse("{\"type\": \"record\", \"name\": \"Outer\", \"fields\": [" + field + "]}");
    }
}
