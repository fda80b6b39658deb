package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.fleet.kafka.StateRefused;
import dev.kubeproxyfleet.schemas.topic.ControllerState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that a later version has written are left as they are. */
class StateFormatTest {

    private static final String KEY = "controller";

    private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
    private final KeyValueStore<String, byte[]> store = org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                    org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(Stores.FORMAT),
                    Serdes.String(),
                    Serdes.ByteArray())
            .withLoggingDisabled()
            .build();

    @BeforeEach
    void open() {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }

    @Test
    void aControllerThatStartsWritesTheFormatOfItsStores(@TempDir Path folder) {
        try (ControllerDriver driver = new ControllerDriver(folder)) {
            driver.advance(Duration.ofSeconds(1));

            assertThat(driver.kept().stores().get(Stores.FORMAT))
                    .containsEntry(KEY, bytes(Integer.toString(StateFormat.FIRST)));
        }
    }

    @Test
    void theFormatIsThatOfTheFirstVersionUntilThereIsSomethingThatItCannotRead() {
        StateFormat format = new StateFormat(store);
        format.write();
        assertThat(store.get(KEY)).isEqualTo(bytes("1"));

        format.raise();
        assertThat(store.get(KEY)).isEqualTo(bytes("2"));
        new StateFormat(store).write();
        assertThat(store.get(KEY)).isEqualTo(bytes("2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "1000", "0", "", "1.1", "1 restored from a backup of yesterday"})
    void aFormatThatIsNotKnownIsRefusedBeforeAnythingIsWritten(String format) {
        store.put(KEY, bytes(format));
        ControllerProcessor processor = new ControllerProcessor(
                new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                Entrance.OPEN,
                _ -> {
                    throw new AssertionError("it would tell what it decided");
                },
                new ControllerCounters(),
                DecisionTraces.OFF);

        assertThatThrownBy(() -> processor.init(context))
                .isInstanceOf(StateRefused.class)
                .hasMessageContaining("format " + format + ",")
                .hasMessageContaining("start that version, or a later one, again");
        assertThat(store.get(KEY)).isEqualTo(bytes(format));
        assertThat(context.scheduledPunctuators()).isEmpty();
    }

    @Test
    void aLaterFormatIsRefusedFromABackupToo() {
        store.put(KEY, bytes("3 restored from a backup of 2026-01-01T00:00:00Z"));

        assertThatThrownBy(() -> new StateFormat(store))
                .isInstanceOf(StateRefused.class)
                .hasMessageContaining("format 3,");
    }

    @Test
    void storesThatCameBackFromABackupSaySoUntilTheFirstWrite() {
        store.put(KEY, bytes("2 restored from a backup of 2026-01-01T00:00:00Z"));

        StateFormat format = new StateFormat(store);
        assertThat(format.restoredFrom()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        format.write();

        assertThat(format.restoredFrom()).isEmpty();
        assertThat(store.get(KEY)).isEqualTo(bytes("2"));
    }

    @Test
    void whatABackupTakesForAllStoresAreAllStores() {
        assertThat(ControllerState.STORES).containsExactlyElementsOf(Stores.ALL);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
