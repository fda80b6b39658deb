package dev.kubeproxyfleet.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLogTest {

    @Test
    void keysOfTheVocabularyAreMembersOfTheirOwn() throws JsonProcessingException {
        JsonNode line = line(
                "rejected a record topic=%s partition=%d offset=%d code=%s: %s", "desired", 0, 12L, "NotJson", "why");

        assertThat(line.get("topic").asText()).isEqualTo("desired");
        assertThat(line.get("partition").isInt()).isTrue();
        assertThat(line.get("offset").asLong()).isEqualTo(12);
        assertThat(line.get("code").asText()).isEqualTo("NotJson");
        assertThat(line.get("message").asText())
                .isEqualTo("rejected a record topic=desired partition=0 offset=12 code=NotJson: why");
    }

    @Test
    void aConversionBetweenTwoKeysMovesNoArgument() throws JsonProcessingException {
        JsonNode line = line("100%% of %,d%n %2$s cluster=%s cause=%s", 7, "west", "east");

        assertThat(line.get("cluster").asText()).isEqualTo("west");
        assertThat(line.has("cause")).isFalse();
    }

    @Test
    void whatWasReceivedForgesNoMember() throws JsonProcessingException {
        JsonNode line = line("cluster=%s refused: %s", "east", "\",\"rollout\":\"x\" rollout=%s topic=y\n{}");

        assertThat(line.get("cluster").asText()).isEqualTo("east");
        assertThat(line.has("rollout")).isFalse();
        assertThat(line.has("topic")).isFalse();
    }

    @Test
    void anUnknownArgumentIsLeftOut() throws JsonProcessingException {
        assertThat(line("cluster=%s stage=%s", null, "canary").has("cluster")).isFalse();
    }

    private static JsonNode line(String format, @Nullable Object... arguments) throws JsonProcessingException {
        ExtLogRecord logged = new ExtLogRecord(Level.WARN, format, FormatStyle.PRINTF, JsonLogTest.class.getName());
        logged.setParameters(arguments);
        String line = new JsonLog().format(logged);
        assertThat(line.strip()).doesNotContain("\n");
        return Json.MAPPER.readTree(line);
    }
}
