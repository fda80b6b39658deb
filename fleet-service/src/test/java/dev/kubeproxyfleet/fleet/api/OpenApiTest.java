package dev.kubeproxyfleet.fleet.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.openapi.OpenApiContract;
import dev.kubeproxyfleet.schemas.json.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document that clients are made from says everything, and a change of it shows. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class OpenApiTest {

    private static final Path KEPT = Path.of(System.getProperty("project.root"), "docs", "openapi.yaml");
    private static final String CLUSTER = "/api/v1/clusters/sub/rg/weu-01";

    private JsonNode document = Json.MAPPER.nullNode();

    @BeforeEach
    void read() throws IOException {
        document = Json.MAPPER.readTree(
                given().queryParam("format", "json").get("/q/openapi").asString());
    }

    /** Where the change is meant, the new document is in {@code target/openapi.yaml}, to be copied over the kept one. */
    @Test
    void theKeptDocumentIsTheOneServed() throws IOException {
        String served = given().get("/q/openapi").asString();
        Files.writeString(Path.of("target", "openapi.yaml"), served);

        assertThat(served).isEqualTo(Files.readString(KEPT));
    }

    @Test
    void everyOperationDeclaresTheShapeOfEachAnswer() {
        assertThat(document.path("paths").properties())
                .isNotEmpty()
                .allSatisfy(path -> assertThat(path.getValue().properties())
                        .allSatisfy(operation -> assertThat(
                                        operation.getValue().path("responses").properties())
                                .allSatisfy(answer -> {
                                    JsonNode declared = answer.getValue().has("$ref")
                                            ? document.at(answer.getValue()
                                                    .path("$ref")
                                                    .asText()
                                                    .substring(1))
                                            : answer.getValue();
                                    assertThat(declared.path("description").asText())
                                            .as(path.getKey())
                                            .isNotBlank();
                                    assertThat(declared.path("content").properties())
                                            .as("%s %s", path.getKey(), answer.getKey())
                                            .isNotEmpty()
                                            .allSatisfy(content -> assertThat(
                                                            content.getValue().path("schema"))
                                                    .isNotEmpty());
                                })));
    }

    @Test
    void whatMayBeLeftOutIsNotRequiredAndEverythingElseIs() {
        JsonNode status = document.at("/components/schemas/RolloutStatus");

        assertThat(status.path("required"))
                .extracting(JsonNode::asText)
                .contains("id", "state", "stages", "generation")
                .doesNotContain("code", "finishedAt", "plan");
        assertThat(document.at("/components/schemas/RolloutStatusState/enum"))
                .extracting(JsonNode::asText)
                .contains("RollingBack");
    }

    @Test
    void aMemberThatIsWrongMissingOrUnknownIsSeen() {
        OpenApiContract contract = new OpenApiContract(document);
        String error = "{\"code\": \"UnknownCluster\", \"message\": \"no cluster\"}";

        assertThat(broken(contract, 404, error)).isEmpty();
        assertThat(broken(contract, 404, "{\"code\": \"UnknownCluster\"}"))
                .singleElement()
                .asString()
                .contains("message");
        assertThat(broken(contract, 404, "{\"code\": 7, \"message\": \"no cluster\"}"))
                .singleElement()
                .asString()
                .contains("/code");
        assertThat(broken(contract, 404, error.replace("}", ", \"mood\": 1}")))
                .singleElement()
                .asString()
                .contains("mood");
        assertThat(broken(contract, 410, error)).singleElement().asString().contains("does not declare status 410");
        assertThat(contract.broken("GET", CLUSTER, 404, "text/plain", error))
                .singleElement()
                .asString()
                .contains("text/plain");
        assertThat(contract.broken("GET", "/api/v1/secret", 200, "application/json", "{}"))
                .singleElement()
                .asString()
                .contains("no operation");
    }

    private static List<String> broken(OpenApiContract contract, int status, String body) {
        return contract.broken("GET", CLUSTER, status, "application/json;charset=UTF-8", body);
    }
}
