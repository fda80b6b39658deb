package dev.kubeproxyfleet.schemas.reason;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReasonCodeTest {

    record Told(@Nullable ReasonCode code) {}

    @Test
    void everyReasonIsReadFromItsText() {
        assertThat(Reason.all())
                .allSatisfy(reason -> assertThat(ReasonCode.of(reason.code())).isSameAs(reason));
    }

    @Test
    void aCodeIsItsTextInJson() throws JsonProcessingException {
        String json = Json.MAPPER.writeValueAsString(new Told(ClusterReason.ClusterStopped));

        assertThat(json).isEqualTo("{\"code\":\"ClusterStopped\"}");
        assertThat(Json.MAPPER.readValue(json, Told.class)).isEqualTo(new Told(ClusterReason.ClusterStopped));
    }

    @Test
    void azuresCodeAndOneOfANewerVersionAreTheirTextToo() throws JsonProcessingException {
        String json = Json.MAPPER.writeValueAsString(new Told(AzureCode.CONFLICT));

        assertThat(json).isEqualTo("{\"code\":\"Conflict\"}");
        assertThat(Json.MAPPER.readValue(json, Told.class)).isEqualTo(new Told(AzureCode.CONFLICT));
        assertThat(Json.MAPPER.readValue("{\"code\":\"OfTomorrow\"}", Told.class))
                .isEqualTo(new Told(new AzureCode("OfTomorrow")));
        assertThat(Json.MAPPER.readValue("{}", Told.class)).isEqualTo(new Told(null));
    }

    @Test
    void whatAnEarlierVersionWroteIsTheSameReason() {
        assertThat(ReasonCode.of("UnreadableKubeProxyConfig")).isEqualTo(ClusterReason.KubeProxyConfigUnreadable);
    }

    @Test
    void othersCodesAreCut() {
        assertThat(ReasonCode.of("x".repeat(1_000)).code()).hasSize(Limits.MAX_CODE_LENGTH);
    }

    @Test
    void whatPeopleReadAreSentences() {
        assertThat(Reason.all()).allSatisfy(reason -> {
            assertThat(reason.words().meaning()).endsWith(".").doesNotContain("|", "\n");
            if (reason.words().helps() != null) {
                assertThat(reason.words().helps()).endsWith(".").doesNotContain("|", "\n");
            }
        });
    }
}
