package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.binary.SchemaArchive;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers as the registry's interface says; it was tried on Apicurio Registry 3.3.3. */
class SchemasCommandTest {

    private static final List<String> SUBJECTS = List.of(
            "kubeproxy.node-stats-value", "kubeproxy.cluster-health-value", "kubeproxy.cluster-kubernetes-value");

    private final Console console = new Console();
    private final FakeFleet registry = new FakeFleet();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void everyReleasedSchemaIsAVersionOfItsTopicsSubject() throws Exception {
        for (String subject : SUBJECTS) {
            takes(subject);
        }

        assertThat(register(registry.address() + "/api/")).isEqualTo(ExitCode.OK);

        for (Topic topic : List.of(Topic.NODE_STATS, Topic.CLUSTER_HEALTH, Topic.CLUSTER_KUBERNETES)) {
            String subject = topic.name("kubeproxy.") + "-value";
            Set<String> schemas = new LinkedHashSet<>(SchemaArchive.texts(topic));
            assertThat(registered(subject)).containsExactlyElementsOf(schemas);
            assertThat(console.out())
                    .contains("✓ %s: %s, the latest with id 7".formatted(subject, Count.of(schemas.size(), "schema")));
            JsonNode schema = Json.MAPPER.readTree(registered(subject).getFirst());
            assertThat(schema.path("type").asText()).isEqualTo("record");
        }
        assertThat(registry.requests())
                .filteredOn(request -> request.method().equals("PUT"))
                .extracting(request -> request.path() + " " + request.text())
                .containsExactly(SUBJECTS.stream()
                        .map(subject -> "/api/config/" + subject + " {\"compatibility\":\"FULL_TRANSITIVE\"}")
                        .toArray(String[]::new));
        assertThat(registry.requests())
                .allSatisfy(request -> assertThat(request.headers().get("Content-type"))
                        .containsExactly("application/vnd.schemaregistry.v1+json"));
    }

    @Test
    void aSchemaThatTheRegistryRefusesEndsItWithTheRegistrysWords() {
        registry.on(
                "POST /api/subjects/kubeproxy.node-stats-value/versions",
                409,
                Map.of("error_code", 409, "message", "not compatible with an earlier schema"));

        assertThat(register(registry.address() + "/api")).isEqualTo(ExitCode.REFUSED);

        assertThat(console.err())
                .contains("answered HTTP 409 to POST /subjects/kubeproxy.node-stats-value/versions")
                .contains("not compatible with an earlier schema");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void aPageThatIsNoRegistryIsRecognized() {
        registry.onText("POST /subjects/kubeproxy.node-stats-value/versions", 200, "text/html", "<html>");

        assertThat(register(registry.address())).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(console.err()).contains("is it the address of a Confluent-compatible interface?");
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() {
        assertThat(register("http://127.0.0.1:1")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(console.err()).contains("http://127.0.0.1:1 cannot be reached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry:8080", "ftp://registry", "http://registry?x=1", "/apis"})
    void anAddressThatMakesNoSenseIsRefused(String address) {
        assertThat(register(address)).isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains("is no address of a registry");
    }

    private int register(String address) {
        return console.run("schemas", "register", "--registry", address);
    }

    private void takes(String subject) {
        registry.on("POST /api/subjects/" + subject + "/versions", 200, Map.of("id", 7))
                .on("PUT /api/config/" + subject, 200, Map.of("compatibility", "FULL_TRANSITIVE"));
    }

    private List<String> registered(String subject) {
        return registry.requests().stream()
                .filter(request -> request.method().equals("POST")
                        && request.path().equals("/api/subjects/" + subject + "/versions"))
                .map(request -> {
                    try {
                        return Json.MAPPER
                                .readTree(request.body())
                                .path("schema")
                                .asText();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
