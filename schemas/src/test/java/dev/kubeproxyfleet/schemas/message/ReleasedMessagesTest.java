package dev.kubeproxyfleet.schemas.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.testing.KeptJson;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages as each version has written them are read, and say the same again: see the guide of contracts in CONTRIBUTING. */
class ReleasedMessagesTest {

    private static final ReleaseArchive MESSAGES =
            new ReleaseArchive(Path.of("src/test/resources/dev/kubeproxyfleet/schemas/released/messages"));

    @Tag(ReleaseArchive.TAG)
    @Test
    void theMessagesOfThisVersionAreKept() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Record message : MessageJsonTest.messages()) {
            ObjectNode line = Json.MAPPER.createObjectNode();
            line.put("type", message.getClass().getSimpleName());
            line.set("json", Json.MAPPER.valueToTree(message));
            lines.append(line).append('\n');
        }
        MESSAGES.keep(MESSAGES.version() + ".jsonl", lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingThatIsKeptHasChanged() {
        assertThat(MESSAGES.problems()).isEmpty();
    }

    @Test
    void everyVersionsMessagesAreReadAndSayTheSameAgain() throws IOException {
        List<String> files = MESSAGES.files(".jsonl");
        assertThat(files).isNotEmpty();
        for (String file : files) {
            for (String line : new String(MESSAGES.read(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                JsonNode kept = Json.MAPPER.readTree(line);
                Record read =
                        Contract.of(kept.get("json"), type(kept.get("type").asText()));

                assertThat(KeptJson.lost(kept.get("json"), Json.MAPPER.valueToTree(read)))
                        .as("%s of %s", kept.get("type").asText(), file)
                        .isEmpty();
            }
        }
    }

    private static Class<? extends Record> type(String name) {
        return MessageJsonTest.messages().stream()
                .<Class<? extends Record>>map(Record::getClass)
                .filter(type -> type.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no message " + name + " any more"));
    }
}
