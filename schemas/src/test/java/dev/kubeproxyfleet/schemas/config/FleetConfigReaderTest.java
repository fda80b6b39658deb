package dev.kubeproxyfleet.schemas.config;

import static dev.kubeproxyfleet.schemas.config.Documents.bytes;
import static dev.kubeproxyfleet.schemas.config.Documents.problems;
import static dev.kubeproxyfleet.schemas.config.Documents.valid;
import static dev.kubeproxyfleet.schemas.config.Documents.validStrategy;
import static dev.kubeproxyfleet.schemas.config.Documents.withKubeProxy;
import static dev.kubeproxyfleet.schemas.config.Documents.withMember;
import static dev.kubeproxyfleet.schemas.config.Documents.withSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.Selector.Expression;
import dev.kubeproxyfleet.schemas.config.Selector.Operator;
import dev.kubeproxyfleet.schemas.config.Selector.Tags;
import dev.kubeproxyfleet.schemas.config.Windows.Day;
import dev.kubeproxyfleet.schemas.config.Windows.Window;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetConfigReaderTest {

    private static final KubeProxyConfig IPVS_LEAST_CONNECTION =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300));

    private static final HttpCheck ERROR_RATE = new HttpCheck(
            URI.create("https://prometheus.example"),
            List.of(
                    new HttpCheck.Header("Authorization", null, "prometheus-token"),
                    new HttpCheck.Header("X-Scope-OrgID", "prod", null)),
            null,
            new HttpCheck.InstantQuery("sum(rate(errors_total[5m]))", 0.01, 0.0),
            Duration.ofSeconds(30),
            10,
            1,
            2,
            Duration.ofSeconds(5));

    private static final HttpCheck SMOKE_TEST = new HttpCheck(
            URI.create("https://status.example/ready"),
            List.of(),
            new HttpCheck.JsonValue("/data/ok", BooleanNode.TRUE),
            null,
            HttpCheck.DEFAULT_INTERVAL,
            HttpCheck.DEFAULT_COUNT,
            HttpCheck.DEFAULT_FAILURE_LIMIT,
            HttpCheck.DEFAULT_CONSECUTIVE_ERROR_LIMIT,
            HttpCheck.DEFAULT_TIMEOUT);

    @Test
    void everyFieldOfTheContractIsRead() {
        FleetConfig config = valid(FleetConfigReader.read(Documents.EVERY_FIELD));

        Duration tenMinutes = Duration.ofMinutes(10);
        assertThat(config)
                .isEqualTo(FleetConfig.of(
                        "prod-ipvs",
                        new FleetConfig.Spec(
                                IPVS_LEAST_CONNECTION,
                                new Selector(
                                        List.of("11111111-1111-1111-1111-111111111111"),
                                        List.of("prod-rg"),
                                        List.of("westeurope"),
                                        List.of("prod-*"),
                                        List.of(
                                                "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/prod-rg"
                                                        + "/providers/Microsoft.ContainerService/managedClusters/prod-1"),
                                        new Tags(
                                                Map.of("env", "prod"),
                                                List.of(
                                                        new Expression("tier", Operator.In, List.of("gold")),
                                                        new Expression("owner", Operator.Exists, List.of()))),
                                        ">=1.27 <1.40"),
                                10,
                                new Strategy(
                                        List.of(
                                                new StageSpec(
                                                        "canary",
                                                        Amount.of(1),
                                                        Amount.percent(25),
                                                        Amount.of(0),
                                                        tenMinutes,
                                                        StageSpec.Approval.after,
                                                        tagged("canary", "yes"),
                                                        List.of()),
                                                new StageSpec(
                                                        "early",
                                                        Amount.percent(10),
                                                        Amount.of(5),
                                                        Amount.of(0),
                                                        tenMinutes,
                                                        null),
                                                new StageSpec(
                                                        "rest",
                                                        null,
                                                        Amount.percent(25),
                                                        Amount.percent(2),
                                                        Duration.ZERO,
                                                        null,
                                                        null,
                                                        List.of(
                                                                new StageSpec.Group(
                                                                        "west", located("westeurope"), Amount.of(3)),
                                                                new StageSpec.Group(
                                                                        "others", named("*"), Amount.percent(100))))),
                                        Strategy.OnFailure.Rollback,
                                        Duration.ofMinutes(30),
                                        new Gate(
                                                0.9,
                                                Gate.Source.Agents,
                                                Gate.Proof.Ignore,
                                                Gate.SignalMode.Observe,
                                                3,
                                                0.1,
                                                200,
                                                Gate.OnInconclusive.Rollback,
                                                Map.of(
                                                        Signal.REFUSALS,
                                                        new Gate.Thresholds(Gate.SignalMode.Gate, 2.5, 0.2, 100)),
                                                List.of(
                                                        new ExternalGate("error-rate", ERROR_RATE),
                                                        new ExternalGate("smoke-test", SMOKE_TEST),
                                                        new ExternalGate("change-board"))),
                                        new Windows(
                                                true,
                                                List.of(
                                                        new Window(
                                                                List.of(Day.Saturday, Day.Sunday),
                                                                LocalTime.of(22, 0),
                                                                Duration.ofHours(6),
                                                                ZoneId.of("Europe/Amsterdam")),
                                                        new Window(
                                                                Window.EVERY_DAY,
                                                                LocalTime.of(3, 30),
                                                                Duration.ofMinutes(45),
                                                                ZoneId.of("+05:30")))),
                                        Instant.parse("2026-03-01T22:00:00Z")),
                                Drift.Correct,
                                NewClusters.Join)));
    }

    private static Selector tagged(String name, String value) {
        return new Selector(
                List.of(), List.of(), List.of(), List.of(), List.of(), new Tags(Map.of(name, value), List.of()), null);
    }

    private static Selector located(String location) {
        return new Selector(List.of(), List.of(), List.of(location), List.of(), List.of(), Tags.NONE, null);
    }

    private static Selector named(String name) {
        return new Selector(List.of(), List.of(), List.of(), List.of(name), List.of(), Tags.NONE, null);
    }

    @Test
    void aStrategyIsReadByItsKindWithTheSameDefaults() {
        Read read = FleetConfigReader.read(Documents.STRATEGY, "careful");

        Strategy strategy = validStrategy(read).spec();
        assertThat(strategy.stages()).extracting(StageSpec::name).containsExactly("canary", "rest");
        assertThat(strategy.onFailure()).isEqualTo(Strategy.OnFailure.Rollback);
        assertThat(strategy.deadline()).isEqualTo(Strategy.DEFAULT_DEADLINE);
        assertThat(strategy.gate()).isEqualTo(Gate.DEFAULT);
        assertThat(strategy.windows().honourAksMaintenance()).isFalse();
        assertThat(strategy.startAt()).isNull();
        assertThat(((Read.ValidStrategy) read).canonical().at("/spec/windows/schedule/0"))
                .hasToString("""
                        {"days":["Sunday"],"start":"22:00:00","duration":"PT4H","timeZone":"Europe/Amsterdam"}""");
        assertThat(validStrategy(FleetConfigReader.read(Documents.strategy("{}"), "careful"))
                        .spec())
                .isEqualTo(Strategy.DEFAULT);
        assertThat(problems(FleetConfigReader.read(Documents.STRATEGY, "other")))
                .containsOnlyKeys("NameMismatch /metadata/name");
    }

    @Test
    void aConfigMayReferToAStoredStrategyInsteadOfHavingOne() {
        Read read = FleetConfigReader.read(withMember("\"strategyRef\": \"careful\""));

        assertThat(valid(read).spec().strategyRef()).isEqualTo("careful");
        assertThat(((Read.Valid) read).canonical().at("/spec").has("strategy")).isFalse();
        assertThat(FleetConfigReader.read(Documents.json(((Read.Valid) read).canonical())))
                .isEqualTo(read);
        assertThat(problems(FleetConfigReader.read(withMember("\"strategyRef\": \"careful\", \"strategy\": {}"))))
                .containsExactly(entry(
                        "InvalidValue /spec/strategyRef",
                        "/spec/strategyRef is given beside strategy; allowed is one of the two."));
        assertThat(problems(FleetConfigReader.read(withMember("\"strategyRef\": \"No Label\""))))
                .containsOnlyKeys("InvalidValue /spec/strategyRef");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"windows\": {\"schedule\": [{\"start\": \"22:00\", \"duration\": \"PT1H\", \"timeZone\": \"Mars/Olympus\"}]}} | InvalidValue /spec/windows/schedule/0/timeZone",
                "{\"windows\": {\"schedule\": [{\"start\": \"22:00\", \"duration\": \"PT1H\"}]}} | MissingField /spec/windows/schedule/0/timeZone",
                "{\"startAt\": \"2026-02-30T00:00:00Z\"} | InvalidValue /spec/startAt",
                "{\"stages\": [{\"name\": \"a\", \"bake\": \"P31D\"}]} | InvalidValue /spec/stages/0/bake",
                "{\"gate\": {\"maxImbalance\": 2}} | UnknownField /spec/gate/maxImbalance",
                "{\"kubeProxy\": {}} | UnknownField /spec/kubeProxy"
            })
    void aBadStoredStrategyIsRefusedWithItsField(String spec, String problem) {
        assertThat(problems(FleetConfigReader.read(Documents.strategy(spec)))).containsOnlyKeys(problem);
    }

    @Test
    void whatIsLeftOutHasASafeDefault() {
        FleetConfig.Spec spec =
                valid(FleetConfigReader.read(withKubeProxy("{}"))).spec();

        assertThat(spec.kubeProxy()).isEqualTo(KubeProxyConfig.UNSET);
        assertThat(spec.priority()).isZero();
        assertThat(spec.strategy()).isEqualTo(Strategy.DEFAULT);
        assertThat(spec.drift()).isEqualTo(Drift.Report);
        assertThat(spec.newClusters()).isEqualTo(NewClusters.Join);
    }

    @Test
    void theCanonicalFormHasEveryDefaultFilledIn() {
        Read.Valid valid =
                (Read.Valid) FleetConfigReader.read(withMember("\"strategy\": {\"stages\": [{\"name\": \"all\"}]}"));

        assertThat(valid.canonical().at("/spec/strategy")).hasToString("""
                {"stages":[{"name":"all","maxConcurrent":"25%","maxFailures":0,"bake":"PT0S","groups":[]}],\
                "onFailure":"Pause","deadline":"PT30M","gate":{"coverage":0.9,"evidence":"Agents","proof":"Require",\
                "signals":"Gate","tolerance":2.0,"onInconclusive":"Pause","thresholds":{},"external":[]},\
                "windows":{"honourAksMaintenance":false,"schedule":[]}}""");
    }

    @Test
    void microsoftsSampleFileWorksUnchanged() {
        KubeProxyRead read = AzKubeProxyFile.read(Documents.MICROSOFT_SAMPLE);

        assertThat(read).isInstanceOfSatisfying(KubeProxyRead.Valid.class, valid -> {
            assertThat(valid.config()).isEqualTo(IPVS_LEAST_CONNECTION);
            assertThat(valid.canonical()).hasToString("""
                    {"enabled":true,"mode":"IPVS","ipvsConfig":{"scheduler":"LeastConnection",\
                    "tcpTimeoutSeconds":900,"tcpFinTimeoutSeconds":120,"udpTimeoutSeconds":300}}""");
        });
        String sample = new String(Documents.MICROSOFT_SAMPLE, StandardCharsets.UTF_8);
        assertThat(valid(FleetConfigReader.read(withKubeProxy(sample))).spec().kubeProxy())
                .isEqualTo(IPVS_LEAST_CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mode\": \"ipvs\", \"ipvsConfig\": {\"scheduler\": \"LeastConnections\"}}",
                "{\"Mode\": \"Ipvs\", \"IPVSConfig\": {\"Scheduler\": \"leastconnection\"}}",
                "{\"MODE\": \"IPVS\", \"ipvsconfig\": {\"SCHEDULER\": \"LEASTCONNECTIONS\"}}"
            })
    void spellingsOfTheSameThingAreTheSame(String kubeProxy) {
        assertThat(valid(FleetConfigReader.read(withKubeProxy(kubeProxy)))
                        .spec()
                        .kubeProxy())
                .isEqualTo(new KubeProxyConfig(
                        null, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, null, null, null)));
    }

    @Test
    void outsideOfKubeProxyCaseMatters() {
        assertThat(problems(FleetConfigReader.read(withMember("\"Priority\": 1"))))
                .containsOnlyKeys("UnknownField /spec/Priority");
    }

    @Test
    void aFieldGivenTwiceInTwoSpellingsIsRefused() {
        assertThat(problems(FleetConfigReader.read(withKubeProxy("{\"mode\": \"IPVS\", \"Mode\": \"IPTABLES\"}"))))
                .containsExactly(entry(
                        "DuplicateKey /spec/kubeProxy/mode",
                        "/spec/kubeProxy/mode is given twice, the second time as \"Mode\"; leave one of them out."));
    }

    @Test
    void aFieldGivenTwiceIsRefusedInJsonAndInYaml() {
        assertThat(problems(FleetConfigReader.read(bytes("{\"spec\": {\"priority\": 1, \"priority\": 2}}"))))
                .containsOnlyKeys("DuplicateKey /spec/priority");
        assertThat(problems(FleetConfigReader.read(bytes("spec:\n  priority: 1\n  priority: 2\n"))))
                .containsOnlyKeys("DuplicateKey /spec/priority");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"mod\": \"IPVS\"} | UnknownField /spec/kubeProxy/mod | /spec/kubeProxy/mod is not a known field; allowed are enabled, mode, ipvsConfig.",
                "{\"mode\": \"EBPF\"} | InvalidValue /spec/kubeProxy/mode | /spec/kubeProxy/mode is \"EBPF\"; allowed is IPTABLES or IPVS or NFTABLES.",
                "{\"mode\": 5} | WrongType /spec/kubeProxy/mode | /spec/kubeProxy/mode is 5; allowed is IPTABLES or IPVS or NFTABLES.",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"TCPTimeoutSeconds\": 0}} | InvalidValue /spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds | /spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds is 0; allowed is a whole number of seconds from 1 to 2147483647.",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": -1}} | InvalidValue /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds | /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds is -1; allowed is a whole number of seconds from 1 to 2147483647.",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": 2147483648}} | InvalidValue /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds | /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds is 2147483648; allowed is a whole number of seconds from 1 to 2147483647.",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": 1.5}} | WrongType /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds | /spec/kubeProxy/ipvsConfig/udpTimeoutSeconds is 1.5; allowed is a whole number of seconds from 1 to 2147483647.",
                "{\"mode\": \"NFTABLES\", \"ipvsConfig\": {}} | InvalidValue /spec/kubeProxy/ipvsConfig | /spec/kubeProxy/ipvsConfig is given although mode is NFTABLES; it is allowed only with mode IPVS.",
                "{\"ipvsConfig\": {}} | InvalidValue /spec/kubeProxy/ipvsConfig | /spec/kubeProxy/ipvsConfig is given although mode is not given; it is allowed only with mode IPVS.",
                "7 | WrongType /spec/kubeProxy | /spec/kubeProxy is 7; allowed is the object of az aks --kube-proxy-config: enabled, mode, ipvsConfig."
            })
    void aBadKubeProxyConfigIsRefusedWithFieldAndWhatIsAllowed(String kubeProxy, String problem, String message) {
        assertThat(problems(FleetConfigReader.read(withKubeProxy(kubeProxy)))).containsExactly(entry(problem, message));
        assertThat(problems(AzKubeProxyFile.read(bytes(kubeProxy))).keySet())
                .containsExactly(problem.replace("/spec/kubeProxy", ""));
    }

    /** What az makes of a file is az's business: a document of ours says what it means. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"enabled\": \"true\"} | WrongType /spec/kubeProxy/enabled | /spec/kubeProxy/enabled is \"true\"; allowed is true or false.",
                "{\"ipvsConfig\": null} | WrongType /spec/kubeProxy/ipvsConfig | /spec/kubeProxy/ipvsConfig is null; allowed is an object with scheduler and timeouts, together with mode IPVS only.",
                "{\"enabled\": false, \"mode\": \"IPVS\", \"ipvsConfig\": {}} | InvalidValue /spec/kubeProxy/ipvsConfig | /spec/kubeProxy/ipvsConfig is given although enabled is false; it is allowed only with an enabled kube-proxy.",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"tcpTimeoutSeconds\": \"900\"}} | WrongType /spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds | /spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds is \"900\"; allowed is a whole number of seconds from 1 to 2147483647.",
                "{\"mode\": \"IPVS\", \"ipvs_config\": {}} | UnknownField /spec/kubeProxy/ipvs_config | /spec/kubeProxy/ipvs_config is not a known field; allowed are enabled, mode, ipvsConfig."
            })
    void whatOnlyAzTakesIsRefusedInAFleetConfig(String kubeProxy, String problem, String message) {
        assertThat(problems(FleetConfigReader.read(withKubeProxy(kubeProxy)))).containsExactly(entry(problem, message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"drift\": \"Ignore\" | InvalidValue /spec/drift",
                "\"priority\": 1000001 | InvalidValue /spec/priority",
                "\"priority\": \"high\" | WrongType /spec/priority",
                "\"strategy\": {\"stages\": []} | InvalidValue /spec/strategy/stages",
                "\"strategy\": {\"stages\": [{}]} | MissingField /spec/strategy/stages/0/name",
                "\"strategy\": {\"stages\": [{\"name\": \"a\"}, {\"name\": \"a\"}]} | InvalidValue /spec/strategy/stages/1/name",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"size\": -1}]} | InvalidValue /spec/strategy/stages/0/size",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"size\": \"101%\"}]} | InvalidValue /spec/strategy/stages/0/size",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"size\": \"5\"}]} | InvalidValue /spec/strategy/stages/0/size",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"size\": 1.5}]} | WrongType /spec/strategy/stages/0/size",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"maxConcurrent\": 0}]} | InvalidValue /spec/strategy/stages/0/maxConcurrent",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"maxConcurrent\": \"0%\"}]} | InvalidValue /spec/strategy/stages/0/maxConcurrent",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"bake\": \"10m\"}]} | InvalidValue /spec/strategy/stages/0/bake",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"bake\": \"PT\"}]} | InvalidValue /spec/strategy/stages/0/bake",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"bake\": \"PT-5S\"}]} | InvalidValue /spec/strategy/stages/0/bake",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"bake\": \"P31D\"}]} | InvalidValue /spec/strategy/stages/0/bake",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"approval\": \"never\"}]} | InvalidValue /spec/strategy/stages/0/approval",
                "\"strategy\": {\"onFailure\": \"Shrug\"} | InvalidValue /spec/strategy/onFailure",
                "\"strategy\": {\"startAt\": \"tomorrow\"} | InvalidValue /spec/strategy/startAt",
                "\"strategy\": {\"startAt\": \"2026-02-30T22:00:00Z\"} | InvalidValue /spec/strategy/startAt",
                "\"strategy\": {\"windows\": {\"honourAksMaintenance\": \"yes\"}} | WrongType /spec/strategy/windows/honourAksMaintenance",
                "\"strategy\": {\"windows\": {\"schedule\": [{\"start\": \"24:00\", \"duration\": \"PT1H\", \"timeZone\": \"UTC\"}]}} | InvalidValue /spec/strategy/windows/schedule/0/start",
                "\"strategy\": {\"windows\": {\"schedule\": [{\"start\": \"22:00\", \"duration\": \"PT30S\", \"timeZone\": \"UTC\"}]}} | InvalidValue /spec/strategy/windows/schedule/0/duration",
                "\"strategy\": {\"windows\": {\"schedule\": [{\"start\": \"22:00\", \"duration\": \"P8D\", \"timeZone\": \"UTC\"}]}} | InvalidValue /spec/strategy/windows/schedule/0/duration",
                "\"strategy\": {\"windows\": {\"schedule\": [{\"days\": [\"monday\"], \"start\": \"22:00\", \"duration\": \"PT1H\", \"timeZone\": \"UTC\"}]}} | InvalidValue /spec/strategy/windows/schedule/0/days/0",
                "\"strategy\": {\"windows\": {\"schedule\": [{\"start\": \"22:00\", \"duration\": \"PT1H\", \"timeZone\": \"Europe/Atlantis\"}]}} | InvalidValue /spec/strategy/windows/schedule/0/timeZone",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"selector\": {}}]} | EmptySelector /spec/strategy/stages/0/selector",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"groups\": [{\"name\": \"g\"}]}]} | MissingField /spec/strategy/stages/0/groups/0/selector",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"groups\": [{\"name\": \"g\", \"selector\": {}}]}]} | EmptySelector /spec/strategy/stages/0/groups/0/selector",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"groups\": [{\"name\": \"g\", \"selector\": {\"names\": [\"a\"]}}, {\"name\": \"g\", \"selector\": {\"names\": [\"b\"]}}]}]} | InvalidValue /spec/strategy/stages/0/groups/1/name",
                "\"strategy\": {\"stages\": [{\"name\": \"a\", \"groups\": [{\"name\": \"g\", \"selector\": {\"names\": [\"a\"]}, \"maxConcurrent\": 0}]}]} | InvalidValue /spec/strategy/stages/0/groups/0/maxConcurrent",
                "\"strategy\": {\"deadline\": \"PT0S\"} | InvalidValue /spec/strategy/deadline",
                "\"strategy\": {\"deadline\": \"P8D\"} | InvalidValue /spec/strategy/deadline",
                "\"strategy\": {\"gate\": {\"coverage\": 1.1}} | InvalidValue /spec/strategy/gate/coverage"
            })
    void aBadStrategyIsRefusedWithItsField(String member, String problem) {
        assertThat(problems(FleetConfigReader.read(withMember(member)))).containsOnlyKeys(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | EmptySelector /spec/selector",
                "{\"names\": [], \"tags\": {\"matchLabels\": {}}} | EmptySelector /spec/selector",
                "{\"names\": [\"\"]} | InvalidValue /spec/selector/names/0",
                "{\"names\": \"*\"} | WrongType /spec/selector/names",
                "{\"name\": [\"*\"]} | UnknownField /spec/selector/name",
                "{\"clusters\": [\"prod-1\"]} | InvalidValue /spec/selector/clusters/0",
                "{\"names\": [\"prod-.*\"]} | InvalidValue /spec/selector/names/0",
                "{\"names\": [\"*a*a*a*\"]} | InvalidValue /spec/selector/names/0",
                "{\"kubernetesVersion\": \">=1.27.3.1\"} | InvalidValue /spec/selector/kubernetesVersion",
                "{\"kubernetesVersion\": \"new\"} | InvalidValue /spec/selector/kubernetesVersion",
                "{\"kubernetesVersion\": 1.33} | WrongType /spec/selector/kubernetesVersion",
                "{\"tags\": {\"matchLabels\": {\"env\": 1}}} | WrongType /spec/selector/tags/matchLabels/env",
                "{\"tags\": {\"matchExpressions\": [{\"key\": \"a\", \"operator\": \"In\"}]}} | InvalidValue /spec/selector/tags/matchExpressions/0/values",
                "{\"tags\": {\"matchExpressions\": [{\"key\": \"a\", \"operator\": \"Exists\", \"values\": [\"b\"]}]}} | InvalidValue /spec/selector/tags/matchExpressions/0/values"
            })
    void aBadSelectorIsRefusedWithItsField(String selector, String problem) {
        assertThat(problems(FleetConfigReader.read(withSpec("{}", selector)))).containsOnlyKeys(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "Prod",
                "a.b",
                "a\\n",
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234"
            })
    void aNameThatIsNoDnsLabelIsRefused(String name) {
        String document = new String(withKubeProxy("{}"), StandardCharsets.UTF_8).replace("\"a\"", "\"" + name + "\"");

        assertThat(problems(FleetConfigReader.read(bytes(document)))).containsOnlyKeys("InvalidValue /metadata/name");
    }

    @Test
    void agentsAreGivenInPlaceOfAKubeProxyConfiguration() {
        assertThat(valid(withAgents("{\"image\": \"r/a:1\", \"jvmImage\": \"r/j:1\", \"kafka\": \"b:9092,c:9093\"}"))
                        .spec()
                        .desired())
                .isEqualTo(new Desired.Agents(new AgentConfig(true, "r/a:1", "r/j:1", "b:9092,c:9093")));
        assertThat(valid(withAgents("{\"enabled\": false}")).spec().desired())
                .isEqualTo(new Desired.Agents(AgentConfig.DISABLED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | MissingField /spec/agents/image",
                "{\"image\": \"a:1\", \"jvmImage\": \"j:1\"} | MissingField /spec/agents/kafka",
                "{\"image\": \"a 1\", \"jvmImage\": \"j:1\", \"kafka\": \"b:9092\"} | InvalidValue /spec/agents/image",
                "{\"image\": \"a:1\", \"jvmImage\": \"\", \"kafka\": \"b:9092\"} | InvalidValue /spec/agents/jvmImage",
                "{\"image\": \"a:1\", \"jvmImage\": \"j:1\", \"kafka\": \"b\"} | InvalidValue /spec/agents/kafka",
                "{\"enabled\": false, \"kafka\": \"b:9092\"} | InvalidValue /spec/agents/kafka",
                "{\"enabled\": 1} | WrongType /spec/agents/enabled",
                "{\"tag\": 1} | UnknownField /spec/agents/tag",
            })
    void badAgentsAreRefusedWithTheirField(String agents, String problem) {
        assertThat(problems(withAgents(agents))).containsKey(problem);
    }

    @Test
    void aConfigGivesOneKindOfThing() {
        assertThat(problems(FleetConfigReader.read(bytes("""
                        {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "x"}, "spec": {
                         "kubeProxy": {}, "agents": {"enabled": false}, "selector": {"names": ["*"]}}}"""))))
                .containsExactly(entry(
                        "InvalidValue /spec/agents",
                        "/spec/agents is given beside kubeProxy; a config gives its clusters one of the two."));
    }

    private static Read withAgents(String agents) {
        return FleetConfigReader.read(bytes("""
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "x"}, "spec": {
                 "agents": %s, "selector": {"names": ["*"]}}}""".formatted(agents)));
    }

    @Test
    void everyProblemIsNamedAtOnceUpToALimit() {
        assertThat(problems(
                        FleetConfigReader.read(bytes("{\"kind\": \"Fleet\", \"metadata\": {}, \"spec\": {\"x\": 1}}"))))
                .containsOnlyKeys(
                        "MissingField /apiVersion",
                        "InvalidValue /kind",
                        "MissingField /metadata/name",
                        "UnknownField /spec/x",
                        "MissingField /spec/kubeProxy",
                        "MissingField /spec/selector");

        ObjectNode many = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 100; i++) {
            many.put("x" + i, i);
        }
        assertThat(problems(FleetConfigReader.read(Documents.json(many)))).hasSize(FleetConfigReader.MAX_PROBLEMS);
    }

    @Test
    void theNameMayBeLeftOutWhereItIsKnown() {
        byte[] nameless = bytes(
                "{\"apiVersion\":\"kubeproxyfleet.dev/v1\",\"kind\":\"FleetConfig\",\"spec\":{\"kubeProxy\":{},\"selector\":{\"names\":[\"*\"]}}}");

        assertThat(valid(FleetConfigReader.read(nameless, "known")).name()).isEqualTo("known");
        assertThat(problems(FleetConfigReader.read(nameless))).containsOnlyKeys("MissingField /metadata");
        assertThat(problems(FleetConfigReader.read(nameless, "No Label")))
                .containsOnlyKeys("InvalidValue /metadata/name");
    }

    @Test
    void anotherNameThanTheKnownOneIsRefused() {
        assertThat(valid(FleetConfigReader.read(withKubeProxy("{}"), "a")).name())
                .isEqualTo("a");
        assertThat(problems(FleetConfigReader.read(withKubeProxy("{}"), "b")))
                .containsExactly(entry(
                        "NameMismatch /metadata/name",
                        "/metadata/name is \"a\"; allowed is \"b\", the name it was sent under, or no name."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n ",
                "not json",
                "{",
                "{\"a\" 1]",
                "a: b: c",
                "a: *b",
                "a: 1\n---\nb: 2",
                "{} {}",
                "\u0000"
            })
    void whatIsNotOneDocumentIsRefused(String text) {
        assertThat(problems(FleetConfigReader.read(bytes(text))).keySet())
                .singleElement()
                .asString()
                .startsWith("NotJson");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThat(problems(FleetConfigReader.read(new byte[] {'{', (byte) 0xC3, '}'})))
                .containsOnlyKeys("NotJson ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "42", "null", "\"text\""})
    void jsonThatIsNoObjectIsOfTheWrongType(String json) {
        assertThat(problems(FleetConfigReader.read(bytes(json)))).containsOnlyKeys("WrongType ");
    }

    /** Patterns must neither recurse nor explode over what a stranger sends. */
    @ParameterizedTest
    @ValueSource(
            strings = {"1.1", " 1.1", ">=1.1 ", "*", "a*", "a", "a-", "?", "P1D", "1", "/subscriptions/", "1%", "\\n"})
    void aHugeTextIsRefusedInEveryFieldThatHasAPattern(String part) {
        String huge = "\"" + part.repeat(50_000 / part.length()) + "x\"";
        for (String list : List.of("names", "locations", "clusters")) {
            assertThat(problems(FleetConfigReader.read(withSpec("{}", "{\"" + list + "\": [" + huge + "]}"))))
                    .containsOnlyKeys("InvalidValue /spec/selector/" + list + "/0");
        }
        assertThat(problems(FleetConfigReader.read(withSpec("{}", "{\"kubernetesVersion\": " + huge + "}"))))
                .containsOnlyKeys("InvalidValue /spec/selector/kubernetesVersion");
        String stage = "{\"name\": %1$s, \"size\": %1$s, \"maxConcurrent\": %1$s, \"bake\": %1$s}".formatted(huge);
        assertThat(problems(FleetConfigReader.read(withMember("\"strategy\": {\"stages\": [" + stage + "]}"))))
                .containsOnlyKeys(
                        "InvalidValue /spec/strategy/stages/0/name",
                        "InvalidValue /spec/strategy/stages/0/size",
                        "InvalidValue /spec/strategy/stages/0/maxConcurrent",
                        "InvalidValue /spec/strategy/stages/0/bake");
    }

    @Test
    void aByteOrderMarkIsTolerated() {
        ByteArrayOutputStream marked = new ByteArrayOutputStream();
        marked.writeBytes(bytes("\uFEFF"));
        marked.writeBytes(Documents.EVERY_FIELD);

        assertThat(valid(FleetConfigReader.read(marked.toByteArray())).name()).isEqualTo("prod-ipvs");
    }

    @Test
    void theLimitOfSizeIsExact() {
        byte[] document = withKubeProxy("{}");
        String padded = new String(document, StandardCharsets.UTF_8)
                + " ".repeat(FleetConfigReader.MAX_BYTES - document.length);

        assertThat(valid(FleetConfigReader.read(bytes(padded))).name()).isEqualTo("a");
        assertThat(problems(FleetConfigReader.read(bytes(padded + " "))))
                .containsExactly(entry("TooLarge ", "The document has 262145 bytes; at most 262144 are allowed."));
    }

    @Test
    void aDocumentTooDeepIsRefusedHoweverDeepItIs() {
        String limit = "[".repeat(FleetConfigReader.MAX_DEPTH) + "]".repeat(FleetConfigReader.MAX_DEPTH);

        assertThat(problems(FleetConfigReader.read(bytes(limit)))).containsOnlyKeys("WrongType ");
        assertThat(problems(FleetConfigReader.read(bytes("[" + limit + "]"))).keySet())
                .containsExactly("TooDeep " + "/0".repeat(FleetConfigReader.MAX_DEPTH));
        assertThat(problems(FleetConfigReader.read(bytes("[".repeat(FleetConfigReader.MAX_BYTES))))
                        .keySet())
                .containsExactly("TooDeep " + "/0".repeat(FleetConfigReader.MAX_DEPTH));
        assertThat(problems(FleetConfigReader.read(bytes("- ".repeat(100_000)))).keySet())
                .containsExactly("TooDeep " + "/0".repeat(FleetConfigReader.MAX_DEPTH));
    }

    @Test
    void yamlAliasesAreRefusedSoThatNothingExpands() {
        assertThat(problems(FleetConfigReader.read(bytes("a: &x [1, 2]\nb: [*x, *x]\n"))))
                .containsExactly(entry("NotJson /b/0", "/b/0 is a YAML alias; write the value out in its place."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999"})
    void numbersBeyondEveryTypeAreRefused(String number) {
        assertThat(problems(FleetConfigReader.read(withMember("\"priority\": " + number))))
                .containsOnlyKeys("InvalidValue /spec/priority");
    }

    @Test
    void aWholeNumberMayBeWrittenWithAFraction() {
        assertThat(valid(FleetConfigReader.read(withMember("\"priority\": 1e2")))
                        .spec()
                        .priority())
                .isEqualTo(100);
        assertThat(valid(FleetConfigReader.read(
                                withMember("\"strategy\": {\"stages\": [{\"name\": \"a\", \"size\": 5.0}]}")))
                        .spec()
                        .strategy()
                        .stages())
                .extracting(StageSpec::size)
                .containsExactly(Amount.of(5));
    }

    @Test
    void textThatCouldNotBeStoredIsRefused() {
        assertThat(problems(FleetConfigReader.read(withSpec("{}", "{\"locations\": [\"\\ud800\"]}"))))
                .containsOnlyKeys("InvalidValue /spec/selector/locations/0");
    }

    @Test
    void aMessageShowsLittleOfALongValueAndNoControlCharacters() {
        String name = "\\u001b[31m" + "x".repeat(5000);

        assertThat(problems(FleetConfigReader.read(withMember("\"drift\": \"" + name + "\"")))
                        .get("InvalidValue /spec/drift"))
                .startsWith("/spec/drift is \"\uFFFD[31mxxx")
                .hasSizeLessThan(200);
    }
}
