package dev.kubeproxyfleet.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContractTest {

    @NullMarked
    record Inner(String text, @Nullable String maybe) {}

    @NullMarked
    record Outer(
            Inner one,
            List<Inner> list,
            Map<String, Inner> map,
            @Nullable Instant at,
            @Nullable Duration span) {}

    @Test
    void readsWhatIsWhole() throws IOException {
        Outer read = read("""
                {"one":{"text":"a"},"list":[{"text":"b","maybe":"c"}],"map":{"d":{"text":"e"}},"at":"2026-01-01T00:00:00Z"}""");

        assertThat(read.list()).containsExactly(new Inner("b", "c"));
        assertThat(read.span()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "",
                "{\"one\":null,\"list\":[],\"map\":{}}",
                "{\"one\":{},\"list\":[],\"map\":{}}",
                "{\"one\":{\"text\":\"a\"},\"list\":[null],\"map\":{}}",
                "{\"one\":{\"text\":\"a\"},\"list\":[{\"maybe\":\"b\"}],\"map\":{}}",
                "{\"one\":{\"text\":\"a\"},\"list\":[],\"map\":{\"x\":null}}",
                "{\"one\":{\"text\":\"a\"},\"list\":[],\"map\":{},\"at\":\"+1000000000-12-31T23:59:59Z\"}",
                "{\"one\":{\"text\":\"a\"},\"list\":[],\"map\":{},\"span\":\"PT9223372036854775807S\"}"
            })
    void refusesWhatIsNot(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesMessagesThatStoppedTheirReaders() {
        assertThatThrownBy(() -> Contract.read(bytes("{\"stages\":[]}"), RolloutStatus.class))
                .isInstanceOf(IOException.class)
                .hasMessage("/id is missing");
        assertThatThrownBy(() -> Contract.read(bytes("{\"config\":null}"), Operation.class))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Contract.read(bytes("{\"fleet\":null}"), SubscriptionRecord.class))
                .isInstanceOf(IOException.class);
    }

    private static Outer read(String json) throws IOException {
        return Contract.read(bytes(json), Outer.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
