package dev.kubeproxyfleet.schemas.config;

import static dev.kubeproxyfleet.schemas.config.Documents.problems;
import static dev.kubeproxyfleet.schemas.config.Documents.valid;
import static dev.kubeproxyfleet.schemas.config.Documents.validStrategy;
import static dev.kubeproxyfleet.schemas.config.Documents.withMember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.kubeproxyfleet.schemas.config.Gate.OnInconclusive;
import dev.kubeproxyfleet.schemas.config.Gate.Proof;
import dev.kubeproxyfleet.schemas.config.Gate.SignalMode;
import dev.kubeproxyfleet.schemas.config.Gate.SignalRules;
import dev.kubeproxyfleet.schemas.config.Gate.Thresholds;
import dev.kubeproxyfleet.schemas.json.Json;
import java.net.URI;
import java.time.Duration;
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
    void anExternalGateIsAskedOverHttpOrAnswered() {
        Gate gate = gate("""
                {"onInconclusive": "Rollback", "external": [
                  {"name": "error-rate", "http": {"url": "https://prometheus.example/tenant/",
                    "headers": [{"key": "X-Scope-OrgID", "value": "team a"}, {"key": "Authorization", "secret": "token"}],
                    "prometheus": {"query": "sum(rate(errors[5m])) > 0", "failAbove": 0.01}}},
                  {"name": "smoke-test", "http": {"url": "http://127.0.0.1:8080/ready?deep=1",
                    "json": {"pointer": "/data/ok", "expected": true},
                    "interval": "PT30S", "count": 1, "failureLimit": 2, "consecutiveErrorLimit": 0, "timeout": "PT5S"}},
                  {"name": "change-board"}]}""");

        assertThat(gate.onInconclusive()).isEqualTo(OnInconclusive.Rollback);
        HttpCheck errorRate = new HttpCheck(
                URI.create("https://prometheus.example/tenant/"),
                List.of(
                        new HttpCheck.Header("X-Scope-OrgID", "team a", null),
                        new HttpCheck.Header("Authorization", null, "token")),
                null,
                new HttpCheck.InstantQuery("sum(rate(errors[5m])) > 0", 0.01, null),
                Duration.ofMinutes(1),
                5,
                0,
                4,
                Duration.ofSeconds(10));
        HttpCheck smokeTest = new HttpCheck(
                URI.create("http://127.0.0.1:8080/ready?deep=1"),
                List.of(),
                new HttpCheck.JsonValue("/data/ok", BooleanNode.TRUE),
                null,
                Duration.ofSeconds(30),
                1,
                2,
                0,
                Duration.ofSeconds(5));
        assertThat(gate.external())
                .containsExactly(
                        new ExternalGate("error-rate", errorRate),
                        new ExternalGate("smoke-test", smokeTest),
                        new ExternalGate("change-board"));
        assertThat(errorRate.request())
                .hasToString(
                        "https://prometheus.example/tenant/api/v1/query?query=sum%28rate%28errors%5B5m%5D%29%29+%3E+0");
        assertThat(errorRate.expectation()).isEqualTo(errorRate.prometheus());
        assertThat(smokeTest.request()).isEqualTo(smokeTest.url());
        assertThat(smokeTest.expectation()).isEqualTo(smokeTest.json());
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
                Gate.Source.Either,
                Proof.Ignore,
                SignalMode.Observe,
                3,
                0.25,
                200,
                OnInconclusive.Continue,
                Map.of(
                        Signal.SLOW_SYNCS, new Thresholds(SignalMode.Off, null, null, null),
                        Signal.REFUSALS, new Thresholds(null, 4.5, 0.125, 100)),
                List.of(
                        new ExternalGate("change-board"),
                        new ExternalGate(
                                "error-rate",
                                new HttpCheck(
                                        URI.create("https://prometheus.example"),
                                        List.of(new HttpCheck.Header("Authorization", null, "token")),
                                        null,
                                        new HttpCheck.InstantQuery("up", null, 1.0),
                                        Duration.ofMinutes(1),
                                        3,
                                        0,
                                        4,
                                        Duration.ofSeconds(10)))));
        String json = """
                {"coverage":0.5,"evidence":"Either","proof":"Ignore","signals":"Observe","tolerance":3.0,"floor":0.25,"minNodeSeconds":200,\
                "onInconclusive":"Continue","thresholds":{"refusals":{"tolerance":4.5,"floor":0.125,"minNodeSeconds":100},\
                "slowSyncs":{"signals":"Off"}},"external":[{"name":"change-board"},{"name":"error-rate","http":\
                {"url":"https://prometheus.example","headers":[{"key":"Authorization","secret":"token"}],\
                "prometheus":{"query":"up","failBelow":1.0},\
                "interval":"PT1M","count":3,"failureLimit":0,"consecutiveErrorLimit":4,"timeout":"PT10S"}}]}""";

        assertThat(Json.MAPPER.writeValueAsString(gate)).isEqualTo(json);
        assertThat(Json.MAPPER.readValue(json, Gate.class)).isEqualTo(gate);
        assertThat(gate(json)).isEqualTo(gate);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'maxImbalance': 2} | UnknownField /maxImbalance | is not a known field; allowed are coverage, evidence, proof, signals, tolerance, floor, minNodeSeconds, onInconclusive, thresholds, external.",
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
                "{'external': [{'name': 'proof'}]} | InvalidValue /external/0/name | is \"proof\", which is a gate of its own; use another name.",
                "{'external': [{'name': 'slowsyncs'}]} | InvalidValue /external/0/name | is \"slowsyncs\", which is a signal; use another name.",
                "{'external': [{'name': 'a'}, {'name': 'a'}]} | InvalidValue /external/1/name | is \"a\" as that of an earlier gate; the names of external gates must differ.",
                "{'external': [{'name': 'a', 'url': 'http://b'}]} | UnknownField /external/0/url | is not a known field; allowed are name, http."
            })
    void aBadGateIsRefusedWithItsField(String json, String problem, String message) {
        assertRefused(json, problem, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | MissingField /url | is missing; expected is an address of at most 2000 characters, such as https://prometheus.example.",
                "{'url': 'ftp://a.example', JSON} | InvalidValue /url | is \"ftp://a.example\"; allowed is an address of at most 2000 characters, such as https://prometheus.example.",
                "{'url': 'https://a.example/{x}', JSON} | InvalidValue /url | is \"https://a.example/{x}\", which is no address: Illegal character in path.",
                "{'url': 'https:///ready', JSON} | InvalidValue /url | is \"https:///ready\", which names no host.",
                "{'url': 'https://me:secret@a.example', JSON} | InvalidValue /url | holds a user; name a secret in headers instead.",
                "{'url': 'https://a.example/#top', JSON} | InvalidValue /url | is \"https://a.example/#top\"; a fragment (#) is never sent, leave it out.",
                "{'url': 'https://a.example?query=up', PROMETHEUS} | InvalidValue /url | is \"https://a.example?query=up\"; allowed is Prometheus's address without a query.",
                "{'url': 'http://a.example', JSON} | InvalidValue /url | is \"http://a.example\"; http goes to the service's own machine only, use https.",
                "{'url': 'HTTP://localhost.example', JSON} | InvalidValue /url | is \"HTTP://localhost.example\"; http goes to the service's own machine only, use https.",
                "{'url': 'https://a.example'} | InvalidValue / | has neither json nor prometheus; one is needed.",
                "{'url': 'https://a.example', JSON, PROMETHEUS} | InvalidValue / | has both json and prometheus; one is needed.",
                "{'url': 'https://a.example', JSON, 'secret': 'token'} | UnknownField /secret | is not a known field; allowed are url, headers, json, prometheus, interval, count, failureLimit, consecutiveErrorLimit, timeout.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'A', 'secret': '../token'}]} | InvalidValue /headers/0/secret | is \"../token\"; allowed is the name of a secret: 1 to 253 letters, digits and inner hyphens, dots and underscores.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'A'}]} | InvalidValue /headers/0 | has neither value nor secret; one is needed.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'A', 'value': 'b', 'secret': 'c'}]} | InvalidValue /headers/0 | has both value and secret; one is needed.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'A', 'value': 'b'}, {'key': 'a', 'value': 'b'}]} | InvalidValue /headers/1/key | is \"a\" as that of an earlier header; each is sent once.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'hOST', 'value': 'b'}]} | InvalidValue /headers/0/key | is \"hOST\", which the service sets itself; leave it out.",
                "{'url': 'https://a.example', JSON, 'headers': [{'key': 'authorization', 'value': 'Bearer b'}]} | InvalidValue /headers/0/value | stands where everybody can read it; name a secret instead.",
                "{'url': 'https://a.example', JSON, 'interval': 'PT9S'} | InvalidValue /interval | is PT9S; allowed is from PT10S to PT1H.",
                "{'url': 'https://a.example', JSON, 'timeout': 'PT0S'} | InvalidValue /timeout | is PT0S; allowed is from PT0.001S to PT1M.",
                "{'url': 'https://a.example', JSON, 'timeout': 'PT61S'} | InvalidValue /timeout | is PT1M1S; allowed is from PT0.001S to PT1M.",
                "{'url': 'https://a.example', JSON, 'count': 0} | InvalidValue /count | is 0; allowed is a whole number from 1 to 100.",
                "{'url': 'https://a.example', JSON, 'failureLimit': -1} | InvalidValue /failureLimit | is -1; allowed is a whole number from 0 to 100.",
                "{'url': 'https://a.example', JSON, 'consecutiveErrorLimit': 101} | InvalidValue /consecutiveErrorLimit | is 101; allowed is a whole number from 0 to 100.",
                "{'url': 'https://a.example', 'json': {'pointer': 'ok', 'expected': 1}} | InvalidValue /json/pointer | is \"ok\"; allowed is a JSON pointer of at most 1000 characters, such as /data/ok.",
                "{'url': 'https://a.example', 'json': {'pointer': '/a~2', 'expected': 1}} | InvalidValue /json/pointer | is \"/a~2\"; allowed is a JSON pointer of at most 1000 characters, such as /data/ok.",
                "{'url': 'https://a.example', 'json': {'pointer': '', 'expected': []}} | WrongType /json/expected | is a list of 0; allowed is a text of at most 1000 characters, a number, true or false.",
                "{'url': 'https://a.example', 'prometheus': {'query': 'up'}} | InvalidValue /prometheus | has neither failAbove nor failBelow; one is needed.",
                "{'url': 'https://a.example', 'prometheus': {'query': 'up', 'failAbove': '1'}} | WrongType /prometheus/failAbove | is \"1\"; allowed is a number.",
                "{'url': 'https://a.example', 'prometheus': {'query': 'up', 'failAbove': 1, 'failBelow': 2}} | InvalidValue /prometheus/failBelow | is 2, more than failAbove, so that every number would fail."
            })
    void aBadHttpCheckIsRefusedWithItsField(String check, String problem, String message) {
        String json = check.replace("JSON", "'json': {'pointer': '/ok', 'expected': true}")
                .replace("PROMETHEUS", "'prometheus': {'query': 'up', 'failAbove': 1}");

        assertRefused(
                "{'external': [{'name': 'a', 'http': " + json + "}]}",
                problem.replace(" /", " /external/0/http/"),
                message);
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
    void aPointerOfAnyLengthIsRefusedAndNotChokedOn() {
        String pointer = "/a".repeat(50_000);

        assertThat(problems(read(
                        "{\"external\": [{\"name\": \"a\", \"http\": {\"url\": \"https://b\", \"json\": {\"pointer\": \""
                                + pointer + "\", \"expected\": 1}}}]}")))
                .containsOnlyKeys("InvalidValue /spec/strategy/gate/external/0/http/json/pointer");
    }

    @Test
    void noRecordHoldsWhatTheContractForbids() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, 1.0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, null, Double.NaN, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(null, null, null, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new HttpCheck.Header("a", null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new HttpCheck.InstantQuery("up", null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpCheck(
                        URI.create("https://a"),
                        List.of(),
                        null,
                        null,
                        Duration.ofMinutes(1),
                        1,
                        0,
                        0,
                        Duration.ofSeconds(1)));
    }
}
