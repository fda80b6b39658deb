package dev.kubeproxyfleet.schemas.config;

import static dev.kubeproxyfleet.schemas.config.Documents.problems;
import static dev.kubeproxyfleet.schemas.config.Documents.valid;
import static dev.kubeproxyfleet.schemas.config.Documents.validStrategy;
import static dev.kubeproxyfleet.schemas.config.Documents.withMember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.kubeproxyfleet.schemas.config.Gate.OnInconclusive;
import dev.kubeproxyfleet.schemas.config.Gate.Proof;
import dev.kubeproxyfleet.schemas.config.Gate.SignalMode;
import dev.kubeproxyfleet.schemas.config.Gate.SignalRules;
import dev.kubeproxyfleet.schemas.config.Gate.Thresholds;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

    private static Gate gate(String json) {
        return valid(read(json)).spec().strategy().gate();
    }

    private static Read read(String json) {
        return FleetConfigReader.read(withMember("\"strategy\": {\"gate\": " + json + "}"));
    }

    @Test
    void everySignalCanStopARolloutUnlessOneAsksOtherwise() {
        assertThat(gate("{}")).isEqualTo(Gate.DEFAULT);
        assertThat(Signal.values())
                .allSatisfy(signal -> assertThat(Gate.DEFAULT.signal(signal))
                        .isEqualTo(new SignalRules(
                                SignalMode.Gate, 2, signal.defaultFloor(), signal.defaultMinNodeSeconds())));
    }

    @Test
    void whatIsSaidOfASignalComesBeforeWhatTheGateSaysOfAll() {
        Gate gate = gate("""
                {"signals": "Observe", "tolerance": 3, "floor": 0.1, "minNodeSeconds": 200,
                 "thresholds": {"refusals": {"signals": "Gate", "tolerance": 4},
                                "slowSyncs": {"floor": 0, "minNodeSeconds": 1},
                                "probeFailures": {"signals": "Off"}}}""");

        assertThat(gate.signal(Signal.REFUSALS)).isEqualTo(new SignalRules(SignalMode.Gate, 4, 0.1, 200));
        assertThat(gate.signal(Signal.SLOW_SYNCS)).isEqualTo(new SignalRules(SignalMode.Observe, 3, 0, 1));
        assertThat(gate.signal(Signal.SYNC_FAILURES)).isEqualTo(new SignalRules(SignalMode.Observe, 3, 0.1, 200));
        assertThat(Stream.of(Signal.values()).filter(gate::judges)).containsExactly(Signal.REFUSALS);
        assertThat(Stream.of(Signal.values()).filter(signal -> !gate.looksAt(signal)))
                .containsExactly(Signal.PROBE_FAILURES);
    }

    @Test
    void withoutEvidenceFromNodesNoSignalIsLookedAt() {
        Gate gate = gate("{\"coverage\": 0, \"thresholds\": {\"refusals\": {\"signals\": \"Gate\"}}}");

        assertThat(Signal.values()).noneMatch(gate::looksAt).noneMatch(gate::judges);
    }

    /** YAML 1.1 would take a plain Off for false. */
    @Test
    void offIsAWordInYamlToo() {
        String document = """
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetStrategy
                metadata: { name: careful }
                spec: { gate: { signals: Off, thresholds: { refusals: { signals: Observe }, slowSyncs: { signals: off } } } }
                """;

        Gate gate = validStrategy(FleetConfigReader.read(Documents.bytes(document)))
                .spec()
                .gate();

        assertThat(gate.signals()).isEqualTo(SignalMode.Off);
        assertThat(Stream.of(Signal.values()).filter(gate::looksAt)).containsExactly(Signal.REFUSALS);
        assertThat(gate("{\"signals\": false}").signals()).isEqualTo(SignalMode.Off);
        assertThat(problems(read("{\"signals\": true}"))).containsOnlyKeys("WrongType /spec/strategy/gate/signals");
    }

    @Test
    void anExternalGateHasANameAndNothingElse() {
        Gate gate = gate("""
                {"onInconclusive": "Rollback", "external": [{"name": "error-rate"}, {"name": "change-board"}]}""");

        assertThat(gate.onInconclusive()).isEqualTo(OnInconclusive.Rollback);
        assertThat(gate.external()).containsExactly(new ExternalGate("error-rate"), new ExternalGate("change-board"));
    }

    @Test
    void aGateOfAnEarlierVersionIsReadWithTheDefaults() throws Exception {
        assertThat(Json.MAPPER.readValue("{\"coverage\":0.5}", Gate.class)).isEqualTo(new Gate(0.5));
        assertThat(Json.MAPPER.readValue("{\"coverage\":1,\"proof\":\"Ignore\"}", Gate.class))
                .isEqualTo(new Gate(1, Proof.Ignore));
    }

    @Test
    void itsJsonIsThatOfTheConfig() throws Exception {
        Gate gate = new Gate(
                0.5,
                Proof.Ignore,
                SignalMode.Observe,
                3,
                0.25,
                200,
                OnInconclusive.Continue,
                Map.of(
                        Signal.SLOW_SYNCS, new Thresholds(SignalMode.Off, null, null, null),
                        Signal.REFUSALS, new Thresholds(null, 4.5, 0.125, 100)),
                List.of(new ExternalGate("change-board"), new ExternalGate("error-rate")));
        String json = """
                {"coverage":0.5,"proof":"Ignore","signals":"Observe","tolerance":3.0,"floor":0.25,"minNodeSeconds":200,\
                "onInconclusive":"Continue","thresholds":{"refusals":{"tolerance":4.5,"floor":0.125,"minNodeSeconds":100},\
                "slowSyncs":{"signals":"Off"}},"external":[{"name":"change-board"},{"name":"error-rate"}]}""";

        assertThat(Json.MAPPER.writeValueAsString(gate)).isEqualTo(json);
        assertThat(Json.MAPPER.readValue(json, Gate.class)).isEqualTo(gate);
        assertThat(gate(json)).isEqualTo(gate);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'maxImbalance': 2} | UnknownField /maxImbalance | is not a known field; allowed are coverage, proof, signals, tolerance, floor, minNodeSeconds, onInconclusive, thresholds, external.",
                "{'signals': 'On'} | InvalidValue /signals | is \"On\"; allowed is Gate or Observe or Off.",
                "{'tolerance': 1} | InvalidValue /tolerance | is 1; allowed is a number above 1, at most 100.",
                "{'tolerance': 101} | InvalidValue /tolerance | is 101; allowed is a number above 1, at most 100.",
                "{'tolerance': '2'} | WrongType /tolerance | is \"2\"; allowed is a number above 1, at most 100.",
                "{'floor': -0.1} | InvalidValue /floor | is -0.1; allowed is a number from 0 to 1000000.",
                "{'minNodeSeconds': 0} | InvalidValue /minNodeSeconds | is 0; allowed is a whole number of seconds from 1 to 10000000.",
                "{'minNodeSeconds': 1.5} | WrongType /minNodeSeconds | is 1.5; allowed is a whole number of seconds from 1 to 10000000.",
                "{'onInconclusive': 'Shrug'} | InvalidValue /onInconclusive | is \"Shrug\"; allowed is Pause or Continue or Rollback.",
                "{'thresholds': {'imbalance': {}}} | UnknownField /thresholds/imbalance | is not a known field; allowed are refusals, conntrackFailures, syncFailures, slowSyncs, probeFailures.",
                "{'thresholds': {'refusals': {'mode': 'Off'}}} | UnknownField /thresholds/refusals/mode | is not a known field; allowed are signals, tolerance, floor, minNodeSeconds.",
                "{'thresholds': {'refusals': {'tolerance': 0}}} | InvalidValue /thresholds/refusals/tolerance | is 0; allowed is a number above 1, at most 100.",
                "{'external': [{}]} | MissingField /external/0/name | is missing; expected is a DNS label: 1 to 63 lower-case letters, digits and inner hyphens.",
                "{'external': [{'name': 'refusals'}]} | InvalidValue /external/0/name | is \"refusals\", which is a signal; use another name.",
                "{'external': [{'name': 'slowsyncs'}]} | InvalidValue /external/0/name | is \"slowsyncs\", which is a signal; use another name.",
                "{'external': [{'name': 'a'}, {'name': 'a'}]} | InvalidValue /external/1/name | is \"a\" as that of an earlier gate; the names of external gates must differ.",
                "{'external': [{'name': 'a', 'http': {'url': 'http://b'}}]} | UnknownField /external/0/http | is not a known field; allowed is name."
            })
    void aBadGateIsRefusedWithItsField(String json, String problem, String message) {
        assertRefused(json, problem, message);
    }

    private static void assertRefused(String json, String problem, String message) {
        String code = problem.substring(0, problem.indexOf(' '));
        String path =
                "/spec/strategy/gate" + problem.substring(code.length() + 1).replaceFirst("/$", "");

        assertThat(problems(read(json.replace('\'', '"'))))
                .containsExactly(entry(code + " " + path, path + " " + message));
    }

    @Test
    void aGateHasSoManyExternalOnesAtMost() {
        assertThat(gate(external(Gate.MAX_EXTERNAL)).external()).hasSize(Gate.MAX_EXTERNAL);
        assertThat(problems(read(external(Gate.MAX_EXTERNAL + 1))))
                .containsOnlyKeys("InvalidValue /spec/strategy/gate/external");
    }

    private static String external(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> "{\"name\": \"gate-" + i + "\"}")
                .collect(Collectors.joining(", ", "{\"external\": [", "]}"));
    }

    @Test
    void noRecordHoldsWhatTheContractForbids() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, 1.0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, null, Double.NaN, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, null, null, 0));
    }
}
