package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutState;
import dev.kubeproxyfleet.fleet.rollout.StageState;
import dev.kubeproxyfleet.fleet.rollout.StrategyState;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.testing.KeptJson;
import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every state as each version has stored it is read, and stored again as it was. */
class ReleasedStateTest {

    static final ReleaseArchive STATE =
            new ReleaseArchive(Path.of("src/test/resources/dev/kubeproxyfleet/fleet/released/state"));

    private static final String STATES = "states.jsonl";
    private static final String WORDS = "words.json";

    private static final Map<String, Class<?>> FAMILIES = Map.of(
            "RolloutState", RolloutState.class,
            "StageState", StageState.class,
            "ClusterState", ClusterState.class,
            "Cost", Cost.class);

    @Tag(ReleaseArchive.TAG)
    @Test
    void theStatesOfThisVersionAreKept() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, Object> state : states()) {
            ObjectNode line = Json.MAPPER.createObjectNode().put("family", state.getKey());
            lines.append(line.<ObjectNode>set("json", Json.MAPPER.readTree(StateJson.write(state.getValue()))))
                    .append('\n');
        }
        STATE.keep(STATE.version() + "/" + STATES, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Tag(ReleaseArchive.TAG)
    @Test
    void theWordsOfThisVersionAreKept() {
        STATE.keep(
                STATE.version() + "/" + WORDS,
                (Json.MAPPER.valueToTree(words()).toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingThatIsKeptHasChanged() {
        assertThat(STATE.problems()).isEmpty();
    }

    @Test
    void everyVersionsStatesAreReadAndStoredAgain() throws IOException {
        assertThat(STATE.files(STATES)).isNotEmpty();
        for (String file : STATE.files(STATES)) {
            for (String line :
                    new String(STATE.read(file), StandardCharsets.UTF_8).lines().toList()) {
                JsonNode kept = Json.EXACT.readTree(line);
                Class<?> family =
                        Objects.requireNonNull(FAMILIES.get(kept.get("family").asText()));
                byte[] stored = Json.MAPPER.writeValueAsBytes(kept.get("json"));

                assertThat(KeptJson.lost(
                                kept.get("json"), Json.EXACT.readTree(StateJson.write(StateJson.read(stored, family)))))
                        .as("%s of %s", kept, file)
                        .isEmpty();
            }
        }
    }

    /** A version that met a state, or a constant, that it does not know would stop in the middle of its work. */
    @Test
    void versionsOfOneFormatStoreTheSameWords() throws IOException {
        for (String file : STATE.files(WORDS)) {
            Map<?, ?> kept = Json.MAPPER.readValue(STATE.read(file), TreeMap.class);
            if (Integer.valueOf(StateFormat.CURRENT).equals(kept.get("format"))) {
                assertThat(Json.MAPPER.<JsonNode>valueToTree(words()))
                        .as("what is stored can be a word that %s does not know: raise StateFormat.CURRENT", file)
                        .isEqualTo(Json.MAPPER.readTree(STATE.read(file)));
            }
        }
    }

    @Test
    void everyStateHasANameInStores() {
        assertThat(StateJson.FAMILIES).containsExactlyInAnyOrderElementsOf(FAMILIES.values());
        assertThat(states())
                .allSatisfy(state -> assertThat(Json.MAPPER
                                .readTree(StateJson.write(state.getValue()))
                                .path("state")
                                .asText())
                        .as(state.getValue().toString())
                        .matches("[A-Z][A-Za-z]+"));
    }

    private static Map<String, Object> words() {
        Map<String, Object> words = new TreeMap<>(
                StoredWords.of(ConfigState.class, StrategyState.class, Rollout.class, StoredCluster.class));
        states().forEach(state -> {
            Set<Object> names = new TreeSet<>();
            states().stream()
                    .filter(each -> each.getKey().equals(state.getKey()))
                    .forEach(each -> names.add(name(each.getValue())));
            words.put(state.getKey(), names);
        });
        words.put("format", StateFormat.CURRENT);
        return words;
    }

    private static String name(Object state) {
        try {
            return Json.MAPPER.readTree(StateJson.write(state)).path("state").asText();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** By family; {@link StateJsonTest} holds that none is missing. */
    private static List<Map.Entry<String, Object>> states() {
        return Stream.of(
                        StateJsonTest.rolloutStates().map(state -> Map.<String, Object>entry("RolloutState", state)),
                        StateJsonTest.stageStates().map(state -> Map.<String, Object>entry("StageState", state)),
                        StateJsonTest.clusterStates().map(state -> Map.<String, Object>entry("ClusterState", state)),
                        StateJsonTest.costs().map(state -> Map.<String, Object>entry("Cost", state)))
                .flatMap(states -> states)
                .toList();
    }
}
