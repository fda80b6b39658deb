package dev.kubeproxyfleet.schemas.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader makes of a message of another version. CONTRIBUTING states the rules. */
class OtherVersionsTest {

    static final List<Arguments> MESSAGES = MessageJsonTest.MESSAGES;

    /** Parts whose members are no fields of ours. */
    private static final Set<String> OPEN = Set.of("tags", "cluster", "thresholds", "matchLabels");

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void whatIsNotKnownIsIgnoredInEveryPartOfAMessage(String schema, Record message, String json) throws IOException {
        JsonNode later = Json.MAPPER.readTree(json);
        JsonNode known = Json.MAPPER.valueToTree(message);
        objects(known, "").stream()
                .filter(path -> !OPEN.contains(path.substring(path.lastIndexOf('/') + 1)))
                .forEach(path -> ((ObjectNode) later.at(path)).put("ofALaterVersion", "x"));

        assertThat(Contract.of(later, message.getClass())).isEqualTo(message);
    }

    @Test
    void aReasonThatIsNotKnownIsShownByItsText() throws IOException {
        RolloutStatus read = changed(RolloutStatus.class, json -> json.put("code", "ReasonOfALaterVersion"));

        assertThat(read.code()).isEqualTo(new AzureCode("ReasonOfALaterVersion"));
    }

    /** A cluster whose record could not be read would count as one that does not exist any more. */
    @Test
    void aClusterWhoseKubeProxyIsNotUnderstoodIsStillACluster() throws IOException {
        ClusterRecord read = changed(ClusterRecord.class, json -> {
            json.putObject("kubeProxy").put("enabled", true).put("mode", "EBPF");
            json.putArray("maintenanceWindows")
                    .addObject()
                    .put("name", "default")
                    .putObject("schedule")
                    .put("kind", "Hourly");
        });

        assertThat(read.id()).isNotEmpty();
        assertThat(read.kubeProxy()).as("null is: this version cannot read it").isNull();
        assertThat(read.maintenanceWindows()).as("null is: not known").isNull();
    }

    @Test
    void aStateThatIsNotKnownMakesTheMessageUnreadableByItsName() {
        refused(RolloutStatus.class, "state", "Levitating");
        refused(RolloutClusterStatus.class, "state", "Levitating");
        refused(Command.class, "action", "Levitate");
        refused(AuditRecord.class, "verdict", "Levitated");
        assertThatThrownBy(() ->
                        changed(Outcome.class, json -> json.putObject("result").put("kind", "Levitated")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Levitated");
    }

    @Test
    void aListThatCameLaterIsEmptyInARecordFromBefore() throws IOException {
        assertThat(changed(ClusterRecord.class, json -> json.remove("unreturnedSecrets"))
                        .unreturnedSecrets())
                .isEmpty();
        assertThat(changed(RolloutStatus.class, json -> ((ObjectNode) json.at("/stages/0")).remove("gates"))
                        .stages()
                        .getFirst()
                        .gates())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "state"})
    void whatWasAlwaysThereIsMissedByItsName(String field) {
        assertThatThrownBy(() -> changed(RolloutStatus.class, json -> json.remove(field)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(field);
    }

    private static void refused(Class<? extends Record> type, String field, String constant) {
        assertThatThrownBy(() -> changed(type, json -> json.put(field, constant)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(constant);
    }

    /** The first message of the type, changed. */
    private static <T extends Record> T changed(Class<T> type, Consumer<ObjectNode> change) throws IOException {
        Record whole = MessageJsonTest.messages().stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow();
        ObjectNode json = Json.MAPPER.valueToTree(whole);
        change.accept(json);
        return Contract.read(Json.MAPPER.writeValueAsBytes(json), type);
    }

    private static List<String> objects(JsonNode node, String path) {
        List<String> paths = new ArrayList<>();
        if (node.isObject()) {
            paths.add(path);
            node.properties().forEach(entry -> paths.addAll(objects(entry.getValue(), path + "/" + entry.getKey())));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            paths.addAll(objects(node.get(i), path + "/" + i));
        }
        return paths;
    }
}
