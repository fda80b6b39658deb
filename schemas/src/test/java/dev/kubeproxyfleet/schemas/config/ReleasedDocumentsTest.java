package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.testing.KeptJson;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A document that was valid once is valid, and means the same: people keep them in Git, and Kafka keeps them in {@code desired}. */
class ReleasedDocumentsTest {

    private static final ReleaseArchive DOCUMENTS =
            new ReleaseArchive(Path.of("src/test/resources/dev/kubeproxyfleet/schemas/released/documents"));

    @Tag(ReleaseArchive.TAG)
    @Test
    void theDocumentsOfThisVersionAreKept() {
        keep("config", Documents.EVERY_FIELD);
        keep("strategy", Documents.STRATEGY);
    }

    @Test
    void nothingThatIsKeptHasChanged() {
        assertThat(DOCUMENTS.problems()).isEmpty();
    }

    @Test
    void everyVersionsDocumentsAreValidAndMeanTheSame() throws IOException {
        assertThat(DOCUMENTS.files(".yaml")).isNotEmpty();
        for (String file : DOCUMENTS.files(".yaml")) {
            byte[] means = DOCUMENTS.read(file.replace(".yaml", ".json"));

            assertThat(KeptJson.lost(Json.MAPPER.readTree(means), Json.MAPPER.readTree(meaning(DOCUMENTS.read(file)))))
                    .as(file)
                    .isEmpty();
        }
    }

    private static void keep(String name, byte[] document) {
        String path = DOCUMENTS.version() + "/" + name;
        DOCUMENTS.keep(path + ".yaml", document);
        DOCUMENTS.keep(path + ".json", meaning(document));
    }

    /** The document with everything that it leaves out. */
    private static byte[] meaning(byte[] document) {
        return switch (FleetConfigReader.read(document)) {
            case Read.Valid(var _, JsonNode canonical) -> Documents.bytes(canonical.toPrettyString() + "\n");
            case Read.ValidStrategy(var _, JsonNode canonical) -> Documents.bytes(canonical.toPrettyString() + "\n");
            case Read.Invalid(List<Problem> problems) -> throw new AssertionError("refused: " + problems);
        };
    }
}
