package dev.kubeproxyfleet.schemas.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributionTest {

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        String clef = "𝄞";

        assertThat(Attribution.reason(" " + clef.repeat(1_001))).isEqualTo(clef.repeat(1_000));
        assertThat(Attribution.actor("a".repeat(129))).isEqualTo("a".repeat(128));
    }

    @Test
    void noControlCharacterGetsIntoALog() {
        assertThat(Attribution.reason("\u001b[31mred\nWARN forged\r\n")).isEqualTo("[31mred WARN forged");
        assertThat(Attribution.actor("ada\u0000")).isEqualTo("ada");
    }

    @Test
    void noNameLooksLikeAnotherOne() {
        assertThat(Attribution.actor("\u202Enimda\u202C")).isEqualTo("nimda");
        assertThat(Attribution.actor("ad\uFEFFa")).isEqualTo("ad a");
        assertThat(Attribution.reason("one\u2028two")).isEqualTo("one two");
        assertThat(Attribution.reason("می\u200Cخواهم"))
                .as("a joiner is a part of words")
                .isEqualTo("می\u200Cخواهم");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "\n\t"})
    void nothingIsSaidByNobody(String text) {
        assertThat(Attribution.reason(text)).isNull();
        assertThat(Attribution.actor(text)).isEqualTo("anonymous");
    }

    @Test
    void aCommandIsKeptToItWhoeverSendsIt() {
        Command command =
                new Command("1", "prod", null, Command.Action.Pause, "ada\n", "x".repeat(2_000), Instant.EPOCH);

        assertThat(command.actor()).isEqualTo("ada");
        assertThat(command.reason()).isEqualTo("x".repeat(1_000));
    }
}
