package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.ObservedKubeProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KpfleetTest {

    private static final String FLEET_CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { enabled: true, mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { tags: { matchLabels: { env: prod } } }
            """;

    /** The sample file of https://learn.microsoft.com/azure/aks/configure-kube-proxy, byte for byte. */
    private static final String KUBE_PROXY =
            "{\"enabled\": true, \"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"LeastConnection\", "
                    + "\"TCPTimeoutSeconds\": 900, \"TCPFINTimeoutSeconds\": 120, \"UDPTimeoutSeconds\": 300}}";

    @TempDir
    private Path folder = Path.of("");

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private FakeFleet planned() {
        return fleet.on(
                "PUT /api/v1/configs/prod-ipvs",
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "Generation 2 goes to 6 clusters."));
    }

    @Test
    void adviceGoesToTheServiceThatTheOptionsName() throws IOException {
        planned();

        assertThat(console.run("apply", "--server", fleet.address(), "-f", file("fleet-config.yaml", FLEET_CONFIG)))
                .isZero();

        assertThat(console.out())
                .contains("watch it:  ./kpfleet --server " + fleet.address() + " get rollout prod-ipvs.2 -w\n");

        fleet.on("GET /api/v1/clusters", 200, List.of());
        console.run("get", "cluster", "none", "--server", fleet.address());

        assertThat(console.err()).contains("'./kpfleet --server " + fleet.address() + " get clusters' lists them");
    }

    @Test
    void applySendsTheFileAsItIsAndSaysWhatToDoNext() throws IOException {
        planned();

        int code = console.run("apply", "-f", file("fleet-config.yaml", FLEET_CONFIG));

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(console.out()).isEqualTo("""
                        ✓ prod-ipvs.2  Generation 2 goes to 6 clusters. [RolloutPlanned]
                          watch it:  ./kpfleet get rollout prod-ipvs.2 -w
                        """);
        assertThat(fleet.last().text()).isEqualTo(FLEET_CONFIG);
        assertThat(fleet.last().headers())
                .containsEntry("Content-type", List.of("application/yaml"))
                .containsEntry("X-kpfleet-actor", List.of("alice"));
    }

    @Test
    void applyReadsStandardInput() {
        planned();

        assertThat(console.typing(FLEET_CONFIG).run("apply", "-f", "-")).isZero();
        assertThat(fleet.last().text()).isEqualTo(FLEET_CONFIG);
    }

    @Test
    void applyTakesAFileMadeForAzAndASelection() throws IOException {
        planned();

        int code = console.run(
                "apply",
                "--name",
                "prod-ipvs",
                "--kube-proxy-config",
                file("kube-proxy.json", KUBE_PROXY),
                "--select",
                "env=prod,tier=gold",
                "--select-name",
                "aks-*");

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(Json.MAPPER.readTree(fleet.last().body())).isEqualTo(Json.MAPPER.readTree("""
                                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "prod-ipvs"},
                                 "spec": {"kubeProxy": {"enabled": true, "mode": "IPVS", "ipvsConfig": {"scheduler": "LeastConnection",
                                                        "tcpTimeoutSeconds": 900, "tcpFinTimeoutSeconds": 120, "udpTimeoutSeconds": 300}},
                                          "selector": {"tags": {"matchLabels": {"env": "prod", "tier": "gold"}}, "names": ["aks-*"]}}}
                                """));
    }

    @Test
    void applySendsNothingIfOneOfItsFilesIsWrong() throws IOException {
        String wrong = file("wrong.yaml", FLEET_CONFIG.replace("mode: IPVS", "mode: MAGIC"));

        int code = console.run("apply", "-f", file("right.yaml", FLEET_CONFIG), "-f", wrong);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("wrong.yaml:5: /spec/kubeProxy/mode").contains("nothing was sent.");
        assertThat(fleet.requests()).isEmpty();
    }

    @Test
    void applyPassesOnWhyTheServiceRefused() throws IOException {
        fleet.on(
                "PUT /api/v1/configs/prod-ipvs",
                409,
                Fixtures.audit(AuditRecord.Verdict.Refused, "PriorityConflict", "prod-nft selects a cluster too."));

        assertThat(console.run("apply", "-f", file("c.yaml", FLEET_CONFIG))).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).isEqualTo("./kpfleet: prod-nft selects a cluster too. [PriorityConflict]\n");
    }

    @Test
    void applySaysWhenTheControllerHasNotAnswered() throws IOException {
        fleet.on("PUT /api/v1/configs/prod-ipvs", 202, Map.of("requestId", "request-7"));

        assertThat(console.run("apply", "-f", file("c.yaml", FLEET_CONFIG))).isEqualTo(ExitCode.UNFINISHED);
        assertThat(console.err()).contains("request-7").contains("./kpfleet audit");
    }

    private static final String STRATEGY = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetStrategy
            metadata: { name: careful }
            spec: { stages: [{ name: all, maxConcurrent: 1 }], onFailure: Rollback }
            """;

    private static final String REFERRING = FLEET_CONFIG + "  strategyRef: careful\n";

    @Test
    void applyStoresStrategiesBeforeTheConfigsThatReferToThem() throws IOException {
        planned()
                .on(
                        "PUT /api/v1/strategies/careful",
                        200,
                        Fixtures.audit(AuditRecord.Verdict.Done, "StrategyStored", "careful is stored."));

        int code = console.run("apply", "-f", file("config.yaml", REFERRING), "-f", file("strategy.yaml", STRATEGY));

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(fleet.requests())
                .extracting(FakeFleet.Request::path)
                .containsExactly("/api/v1/strategies/careful", "/api/v1/configs/prod-ipvs");
        assertThat(console.out()).containsOnlyOnce("watch it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply --dry-run"})
    void aPlanIsDrawnAndNothingIsPublished(String command) throws IOException {
        fleet.on("POST /api/v1/plans", 200, Fixtures.plan());

        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("-f", file("fleet-config.yaml", FLEET_CONFIG)));
        int code = console.run(words.toArray(String[]::new));

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(fleet.requests()).hasSize(1);
        assertThat(fleet.last().text()).isEqualTo(FLEET_CONFIG);
        assertThat(console.out()).isEqualTo("""
                        prod-ipvs → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                        5 clusters would change in 3 stages, 1 converged already, 1 would be skipped
                        ends between 2026-03-01T10:27:13Z (in 25m00s) and 2026-03-01T12:32:13Z (in 2h30m), if nobody is waited for

                        ! IpvsDeprecated: Upstream has deprecated IPVS mode. (7 clusters: aks-weu-01, aks-weu-02, …)

                        canary  1 cluster · at most 1 at once, tolerates no failure
                          gates: 90% of nodes by agents or the Kubernetes API; refusals, conntrackFailures; observed slowSyncs; waits for board
                          ! TooFewNodeSeconds: The bake is too short.
                          aks-weu-01  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                        early   3 clusters · at most 2 at once, tolerates no failure
                          aks-neu-01  north  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                          aks-neu-02  north  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                          aks-weu-02  west  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                        rest    1 cluster · at most 2 at once, tolerates 1 failure
                          aks-eus-01  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s  waits: OutsideWindow: The next window opens at 22:00 UTC.
                        – skipped  1 cluster
                          aks-eus-02  ClusterStopped: The cluster is stopped.
                        ✓ converged already  1 cluster
                          aks-sea-01  IPVS LeastConnection tcp=900s tcpfin=120s udp=300s
                        """);
    }

    @Test
    void aPlanUsesTheStrategyThatIsGivenBesideTheConfig() throws IOException {
        fleet.on("POST /api/v1/plans", 200, Fixtures.plan());

        assertThat(console.run("plan", "-f", file("config.yaml", REFERRING), "-f", file("strategy.yaml", STRATEGY)))
                .isZero();
        JsonNode sent = Json.MAPPER.readTree(fleet.last().body()).path("spec");
        assertThat(sent.at("/strategy/onFailure").asText()).isEqualTo("Rollback");
        assertThat(sent.has("strategyRef")).isFalse();
    }

    @Test
    void aPlanSaysWhatItWouldWaitForAndIsTheServicesAnswerInJson() throws IOException {
        RolloutPlan plan = Fixtures.plan();
        fleet.on(
                "POST /api/v1/plans",
                200,
                new RolloutPlan(
                        plan.config(),
                        plan.kubeProxy(),
                        plan.agents(),
                        plan.to(),
                        new RolloutPlan.Reason(
                                RolloutReason.InventoryPending, "Subscription 2 has not been listed yet."),
                        plan.stages(),
                        List.of(),
                        List.of(),
                        List.of(),
                        null,
                        null,
                        null));
        String config = file("fleet-config.yaml", FLEET_CONFIG);

        assertThat(console.run("plan", "-f", config)).isZero();
        assertThat(console.out())
                .contains("it could not start now: InventoryPending: Subscription 2 has not been listed yet.")
                .doesNotContain("ends between");

        Console json = new Console().server(fleet.address());
        assertThat(json.run("apply", "--dry-run", "-f", config, "-o", "json")).isZero();
        assertThat(Json.MAPPER.readTree(json.out()).at("/waitsFor/code").asText())
                .isEqualTo("InventoryPending");
    }

    @Test
    void diffShowsWhatBecameOfThePlan() throws IOException {
        fleet.showing("prod-ipvs", Fixtures.running())
                .on("GET /api/v1/rollouts/prod-ipvs.2/plan", 200, Fixtures.plan());

        assertThat(console.run("diff", "prod-ipvs")).isZero();
        assertThat(console.err()).isEmpty();
        assertThat(console.out())
                .contains("5 clusters to change in 3 stages, 4 converged already, 1 to be skipped")
                .contains("foreseen to end between 2026-03-01T10:27:13Z and 2026-03-01T12:32:13Z")
                .contains("Running since 2026-03-01T10:00:00Z · total 2m13s, active 1m33s, waiting 40s")
                .contains("aks-weu-01  IPTABLES → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s  ✓ Converged\n")
                .contains("✗ Failed KubeProxyConfigFeatureNotRegistered: Register")
                .contains("aks-eus-02  ClusterStopped: The cluster is stopped.");

        Console json = new Console().server(fleet.address());
        assertThat(json.run("diff", "prod-ipvs", "-o", "json")).isZero();
        assertThat(Json.MAPPER.readTree(json.out()).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("plan", "rollout", "clusters");
    }

    @Test
    void applyWaitsForTheOutcome() throws IOException {
        planned().showing("prod-ipvs.2", Fixtures.succeeded());

        int code = console.inRealTime().run("apply", "-f", file("c.yaml", FLEET_CONFIG), "--wait");

        assertThat(code).isZero();
        assertThat(console.out()).endsWith("rollout Succeeded: Every selected cluster has converged.\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    apply | what to publish?
                    apply -f a.yaml --name x | go with --kube-proxy-config
                    apply --kube-proxy-config a.json --select a=b | needs --name
                    apply --kube-proxy-config a.json --name x | which clusters?
                    apply -f - -f - | only once
                    apply -f a.yaml --timeout 5m | give both
                    apply -f a.yaml --dry-run --wait | leave --wait out
                    apply -f a.yaml -o json | give both
                    plan | what to publish?
                    plan -f /no/such/file | there is no such file
                    skip prod-ipvs | --cluster
                    pause prod-ipvs --cluster x | --cluster
                    override prod-ipvs --reason x | --gate
                    override prod-ipvs --gate refusals | with a reason only
                    pause prod-ipvs --gate refusals | --gate
                    apply -f /no/such/file | there is no such file
                    apply -f / | is a folder
                    get | what to get?
                    get rollout | <rollout|config>
                    get rollout x -w -o json | without -w
                    get rollout x -w --timeout soon | write 90s, 30m, 2h or 30d
                    get rollouts -o xml | xml
                    get rollouts --server ftp://x | no address of a fleet service
                    get rollouts --server nonsense | no address of a fleet service
                    bench | 'bench'
                    """)
    void whatMakesNoSenseIsRefusedWithAdvice(String line, String advice) {
        assertThat(console.run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains(advice);
        assertThat(fleet.requests()).isEmpty();
    }

    @Test
    void lintNamesEveryProblemWithItsPlace() throws IOException {
        String wrong = file(
                "wrong.yaml",
                FLEET_CONFIG.replace("scheduler: LeastConnection", "scheduler: Fastest, tcpTimeoutSeconds: 0"));

        assertThat(console.run(
                        "lint",
                        "-f",
                        wrong,
                        "-f",
                        file("right.yaml", FLEET_CONFIG),
                        "-f",
                        file("strategy.yaml", STRATEGY)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.out())
                .contains("✗ ", "/spec/kubeProxy/ipvsConfig/scheduler", "/spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds")
                .contains("strategy.yaml: careful, a strategy, 1 stage, gates: 90% of nodes by agents, 5 signals\n")
                .contains("right.yaml: prod-ipvs, IPVS LeastConnection tcp=900s tcpfin=120s udp=300s, 4 stages");
    }

    @Test
    void getRolloutsListsThem() {
        fleet.on("GET /api/v1/rollouts", 200, List.of(Fixtures.running().rollout()));

        assertThat(console.run("get", "rollouts")).isZero();
        assertThat(console.out()).isEqualTo("""
                        ROLLOUT      STATE    CLUSTERS      AGE    GIVES                                               MESSAGE
                        prod-ipvs.2  Running  3/6 1 failed  2m13s  IPVS LeastConnection tcp=900s tcpfin=120s udp=300s  Stage early is updating 2 clusters.
                        """);
    }

    @Test
    void getPrintsTheServicesOwnAnswerAsJsonAndYaml() throws IOException {
        fleet.on("GET /api/v1/rollouts", 200, List.of(Map.of("id", "x.1", "newField", 1)));

        assertThat(console.run("get", "rollouts", "-o", "json")).isZero();
        assertThat(Json.MAPPER.readTree(console.out()).get(0).get("newField").asInt())
                .isEqualTo(1);

        Console second = new Console().server(fleet.address());
        assertThat(second.run("get", "rollouts", "-o", "yaml")).isZero();
        assertThat(second.out()).contains("newField: 1").contains("id: x.1");
    }

    @Test
    void getConfigsShowsTheLatestGenerationOfEach() {
        RolloutStatus latest = Fixtures.running().rollout();
        ConfigView.Latest inShort = new ConfigView.Latest(
                latest.id(),
                latest.cause(),
                latest.state(),
                latest.code() == null ? null : latest.code().code(),
                latest.message(),
                latest.since(),
                new RolloutStatus.Counts(1, 1, 1, 1, 1, 1, 0));
        fleet.on("GET /api/v1/configs", 200, List.of(new ConfigView("prod-ipvs", 2, latest.spec(), inShort, null)));

        assertThat(console.run("get", "configs")).isZero();
        assertThat(console.out().lines().toList().get(1)).matches("prod-ipvs +2 +Running +3/6 1 failed +0 +IPVS .* -");
    }

    @Test
    void getStrategiesShowsWhenAndHowTheyRollOut() {
        Strategy strategy = new Strategy(
                Strategy.DEFAULT_STAGES,
                Strategy.OnFailure.Rollback,
                Strategy.DEFAULT_DEADLINE,
                Gate.DEFAULT,
                new Windows(
                        true,
                        List.of(new Windows.Window(
                                Windows.Window.EVERY_DAY, LocalTime.of(22, 0), Duration.ofHours(4), ZoneOffset.UTC))),
                null);
        fleet.on("GET /api/v1/strategies", 200, List.of(FleetStrategy.of("careful", strategy)));

        assertThat(console.run("get", "strategies")).isZero();
        assertThat(console.out().lines().toList().get(1))
                .matches("careful +Rollback +30m00s +1 window, AKS maintenance"
                        + " +90% of nodes by agents, 5 signals +canary, early, half, rest");
    }

    @Test
    void aRolloutThatIsUnknownIsRefusedByTheService() {
        assertThat(console.run("get", "rollout", "nope")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("There is no such thing");
    }

    @Test
    void getRolloutShowsAllThatItsGatesCompareWhereItIsAskedTo() {
        RolloutStatus.StageGate smoke = new RolloutStatus.StageGate(
                "smoke", true, null, GateReason.AnswerAwaited, "nobody has answered it yet", null, null, null);
        RolloutStatus.Stage canary = Fixtures.stage(
                "canary",
                RolloutStatus.StageState.Baking,
                new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0),
                Fixtures.signal("refusals", GateVerdict.Fail, 412, 47, 1240),
                Fixtures.signal("slowSyncs", null, 0, 0.5, 1),
                smoke);
        fleet.showing("prod-ipvs", Fixtures.model(Fixtures.rollout(RolloutStatus.State.Running, null, "", canary)));

        assertThat(console.run("get", "rollout", "prod-ipvs")).isZero();
        assertThat(console.out()).doesNotContain("5,820");

        assertThat(console.run("get", "rollout", "prod-ipvs", "-o", "wide")).isZero();
        assertThat(console.out())
                .containsPattern("canary +refusals +Fail +SignalRose +412 +1/5 +300 +108 +9/97 +5,820 +47\\.0 +1,240")
                .containsPattern("canary +slowSyncs +watched +- +0 +1/5 ")
                .containsPattern("canary +smoke +awaited +AnswerAwaited +- +- +- +- +- +- +- +-");
    }

    @ParameterizedTest
    @CsvSource({
        "Succeeded,0",
        "Failed,1",
        "Aborted,1",
        "Superseded,1",
        "RolledBack,1",
        "Running,5",
        "Paused,5",
        "Planned,5",
        "RollingBack,5"
    })
    void statusSaysByExitCodeHowARolloutStands(RolloutStatus.State state, int code) {
        fleet.showing("prod-ipvs", Fixtures.model(Fixtures.rollout(state, null, "So it is.")));

        assertThat(console.run("status", "prod-ipvs")).isEqualTo(code);
        assertThat(console.out()).isEqualTo("prod-ipvs.2  " + state + "  0/0  So it is.\n");
    }

    @Test
    void getClusterFindsItByNameAndShowsItsNodes() {
        ClusterView cluster = cluster(
                "rg-prod",
                0,
                "IPVS RoundRobin tcp=900s tcpfin=120s udp=300s",
                health(1, 1, 0, Map.of("stale-ipvs", 1), 45),
                new ClusterView.Drift("Drifted", "Somebody changed it.", "prod-ipvs.1", Desired.Kind.KubeProxy));
        ClusterDetail.Node node = new ClusterDetail.Node(
                "node-0",
                Fixtures.START,
                new ObservedKubeProxy("ipvs", "rr", null, null, null, "NotSynced", "rules not programmed yet", false),
                "v1.33.2",
                Fixtures.START,
                ClusterDetail.Probe.Failing,
                3,
                9,
                42,
                0,
                null,
                null,
                List.of("stale-ipvs"),
                new ClusterDetail.Details(
                        "1.4.0",
                        0.25,
                        2,
                        null,
                        null,
                        0L,
                        new ClusterDetail.IpvsSysctls(1, 0, null, 1),
                        "5.15.0-1073-azure"),
                null,
                false);
        ClusterDetail.Node silent = new ClusterDetail.Node(
                "node-1",
                Fixtures.START,
                node.kubeProxy(),
                null,
                null,
                null,
                3,
                9,
                42,
                0,
                null,
                null,
                List.of(),
                null,
                null,
                false);
        showing(cluster, node, silent);

        assertThat(console.run("get", "cluster", "AKS-weu-01")).isZero();
        assertThat(console.out())
                .contains("kube-proxy   IPVS RoundRobin tcp=900s tcpfin=120s udp=300s  Drifted")
                .contains("drift        Somebody changed it.")
                .contains("nodes        1/1 reporting")
                .contains("42 active")
                .contains("evidence     stale-ipvs on 1 node\n")
                .contains("clocks       a node is 45 s behind the service, or the service ahead\n")
                .containsPattern(
                        "node-0 .*ipvs rr tcp=- .* rules not programmed yet +v1\\.33\\.2 +\\S+ ago +failing +3 ")
                .containsPattern("node-1 .* rules not programmed yet +- +- +- +3 ")
                .containsPattern(
                        "node-0 +5\\.15\\.0-1073-azure +0\\.25s +2/- +- +0 +conntrack=1 conn_reuse_mode=0 expire_nodest_conn=- "
                                + "expire_quiescent_template=1 +stale-ipvs\n")
                .as("what is not known is no zero")
                .containsPattern("node-1 +- +- +- +- +- +- +-\n");
    }

    @Test
    void itIsSaidWhetherItIsTheAgentsThatHaveDrifted() {
        showing(cluster(
                "rg-prod",
                0,
                "IPTABLES",
                null,
                new ClusterView.Drift("Drifted", "Somebody changed it.", "agents.1", Desired.Kind.Agents)));

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out()).contains(" IPTABLES  agents Drifted ");
    }

    @Test
    void nodesOfWhichNoReportIsExpectedAreShownApart() {
        showing(cluster("rg-prod", 2, "IPTABLES", health(3, 3, null, Map.of(), null), null));

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out()).contains(" 3/3 + 2 Windows ");

        assertThat(console.run("get", "cluster", "aks-weu-01")).isZero();
        assertThat(console.out())
                .contains("nodes        3/3 reporting + 2 Windows nodes, where no agent runs;"
                        + " Azure adds nodes that no pool counts (autoprovisioning)\n");
    }

    @Test
    void nodesThatRunSomethingElseThanAzureShowsAreSaid() {
        showing(cluster("rg-prod", 0, "IPTABLES", health(3, 3, 1, Map.of(), null), null));
        String words = "; 1 of 3 nodes runs something else than Azure shows";

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out()).contains(" 3/3" + words);

        assertThat(console.run("get", "cluster", "aks-weu-01")).isZero();
        assertThat(console.out()).contains("nodes        3/3 reporting" + words + "\n");
    }

    @Test
    void getClusterNamesTheCandidatesWhereANameIsNotEnough() {
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster("rg-a"), cluster("rg-b")));

        assertThat(console.run("get", "cluster", "aks-weu-01")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err())
                .contains("2 clusters", Fixtures.id("rg-a", "aks-weu-01"), Fixtures.id("rg-b", "aks-weu-01"));
    }

    @Test
    void getClustersShowsWhatEachRunsAndADashForWhatIsUnknown() {
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster("rg-prod")));

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out().lines().toList().get(1))
                .matches("aks-weu-01 +rg-prod +westeurope +1.33.2 +Running +IPTABLES +- +-");
    }

    private void showing(ClusterView cluster, ClusterDetail.Node... nodes) {
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster))
                .on(
                        "GET /api/v1/clusters/sub-1/rg-prod/aks-weu-01",
                        200,
                        new ClusterDetail(cluster, List.of(nodes), List.of(), List.of(), null));
    }

    private static ClusterView cluster(String resourceGroup) {
        return cluster(resourceGroup, 0, "IPTABLES", null, null);
    }

    private static ClusterView cluster(
            String resourceGroup,
            int windowsNodes,
            String effective,
            ClusterView.@Nullable HealthSummary health,
            ClusterView.@Nullable Drift drift) {
        return new ClusterView(
                Fixtures.id(resourceGroup, "aks-weu-01"),
                "aks-weu-01",
                "sub-1",
                resourceGroup,
                "westeurope",
                Map.of(),
                "1.33.2",
                "Succeeded",
                "Running",
                3,
                windowsNodes,
                windowsNodes > 0,
                null,
                "IPTABLES",
                null,
                effective,
                health,
                null,
                null,
                null,
                drift);
    }

    private static ClusterView.HealthSummary health(
            int expected,
            int reporting,
            @Nullable Integer differing,
            Map<String, Integer> evidence,
            @Nullable Integer clockSkewSeconds) {
        return new ClusterView.HealthSummary(
                Fixtures.START,
                expected,
                reporting,
                differing,
                List.of(),
                42,
                0,
                null,
                null,
                evidence,
                Map.of(),
                clockSkewSeconds,
                Map.of());
    }

    @Test
    void whatAServiceOfAnotherVersionAddsIsLeftAlone() {
        ObjectNode cluster = Json.MAPPER.valueToTree(cluster("rg-prod"));
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster.put("mood", "fine")));

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out()).contains("aks-weu-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "tags", "nodeCount", "autoprovisioning"})
    void whatAnAnswerMustHaveAndHasNotIsNamed(String member) {
        ObjectNode cluster = Json.MAPPER.valueToTree(cluster("rg-prod"));
        cluster.remove(member);
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster));

        assertThat(console.run("get", "clusters")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("cannot read", "/" + member + " is missing");
    }

    @Test
    void explainGivesTheSentenceAndTheCommandThatHelps() {
        fleet.on(
                "GET /api/v1/explain?cluster=aks-weu-02",
                200,
                Map.of(
                        "cluster",
                        Fixtures.id("aks-weu-02"),
                        "sentence",
                        "It waits because the rollout is paused.",
                        "state",
                        "Waiting",
                        "code",
                        "RolloutPaused",
                        "since",
                        "2026-03-01T10:01:13Z",
                        "command",
                        "kpfleet resume prod-ipvs"));

        assertThat(console.run("explain", "aks-weu-02")).isZero();
        assertThat(console.out()).isEqualTo("""
                        aks-weu-02: It waits because the rollout is paused.
                        state  Waiting: RolloutPaused
                        since  2026-03-01T10:01:13Z (1m00s ago)
                        try    ./kpfleet resume prod-ipvs
                        """);
    }

    private static Map<String, Object> explained(String of, String name) {
        return Map.of(
                of,
                name,
                "sentence",
                name.substring(name.lastIndexOf('/') + 1) + " bakes.",
                "state",
                "Running",
                "since",
                "2026-03-01T10:01:13Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod-ipvs", "prod-ipvs.2"})
    void explainTakesARolloutAlso(String subject) {
        fleet.on("GET /api/v1/rollouts/" + subject + "/explain", 200, explained("rollout", "prod-ipvs.2"));

        assertThat(console.run("explain", subject)).isZero();
        assertThat(console.out()).startsWith("prod-ipvs.2 bakes.\nstate  Running\n");
    }

    @Test
    void explainPrefersTheClusterWhereAConfigHasItsName() {
        fleet.on("GET /api/v1/explain?cluster=prod", 200, explained("cluster", Fixtures.id("prod")))
                .on("GET /api/v1/rollouts/prod/explain", 200, explained("rollout", "prod.1"));

        assertThat(console.run("explain", "prod")).isZero();
        assertThat(console.out()).startsWith("prod bakes.");
    }

    @Test
    void explainOfNothingKnownPassesOnTheAnswer() {
        assertThat(console.run("explain", "nope")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("explain?cluster=nope");
    }

    @ParameterizedTest
    @CsvSource({"retry,aks-weu-01", "skip,aks-weu-01"})
    void oneClusterIsNamedInTheRequest(String verb, String cluster) throws IOException {
        fleet.on(
                "POST /api/v1/rollouts/prod-ipvs/" + verb,
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "Done", "So be it."));

        assertThat(console.run(verb, "prod-ipvs", "--cluster", cluster)).isZero();
        assertThat(Json.MAPPER.readTree(fleet.last().body()))
                .isEqualTo(Json.MAPPER.readTree("{\"cluster\":\"aks-weu-01\"}"));
    }

    @Test
    void aGateIsOverruledByItsNameAndWithAReason() throws IOException {
        fleet.on(
                "POST /api/v1/rollouts/prod-ipvs/override",
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "Done", "So be it."));

        assertThat(console.run("override", "prod-ipvs", "--gate", "refusals", "--reason", "load test"))
                .isZero();
        assertThat(Json.MAPPER.readTree(fleet.last().body()))
                .isEqualTo(Json.MAPPER.readTree("{\"reason\":\"load test\",\"gate\":\"refusals\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "abort", "approve", "reject", "promote", "retry", "rollback", "rerun"})
    void steeringSendsTheReasonAndTheActor(String verb) throws IOException {
        fleet.on(
                "POST /api/v1/rollouts/prod-ipvs/" + verb,
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "Done", "So be it."));

        assertThat(console.run(verb, "prod-ipvs", "--reason", "incident 4711", "--actor", "bob"))
                .isZero();
        assertThat(console.out()).contains("✓ prod-ipvs.2  So be it.");
        assertThat(Json.MAPPER.readTree(fleet.last().body()))
                .isEqualTo(Json.MAPPER.readTree("{\"reason\":\"incident 4711\"}"));
        assertThat(fleet.last().headers()).containsEntry("X-kpfleet-actor", List.of("bob"));
    }

    @Test
    void deleteAsksTheServiceTo() {
        fleet.on(
                "DELETE /api/v1/configs/prod-ipvs",
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "ConfigDeleted", "prod-ipvs is deleted."));

        assertThat(console.run("delete", "prod-ipvs")).isZero();
        assertThat(console.out()).contains("prod-ipvs is deleted. [ConfigDeleted]");
    }

    @Test
    void deleteTakesAStoredStrategyAlso() {
        fleet.on(
                "DELETE /api/v1/strategies/careful?reason=not%20needed%20any%20more",
                200, Fixtures.audit(AuditRecord.Verdict.Done, "StrategyDeleted", "careful is deleted."));

        assertThat(console.run("delete", "--strategy", "careful", "--reason", "not needed any more"))
                .isZero();
        assertThat(console.out()).contains("careful is deleted.");
    }

    @Test
    void aServiceThatIsNotThereIsNamedWithWhatToDo() {
        fleet.close();

        assertThat(console.run("get", "rollouts")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err())
                .isEqualTo(
                        "./kpfleet: Nothing answers at %s. Start the sandbox with './kpfleet sandbox', or name your fleet service with --server or KPFLEET_SERVER.\n"
                                .formatted(fleet.address()));
    }

    @Test
    void anotherKindOfServerIsRecognised() {
        fleet.onText("GET /api/v1/rollouts", 200, "text/html", "<html>hello</html>");

        assertThat(console.run("get", "rollouts")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("is not a fleet service").contains("text/html");
    }

    @Test
    void aServiceThatFailsIsToldFromOneThatRefuses() {
        fleet.onText("GET /api/v1/rollouts", 503, "application/json", "{\"message\":\"still reading\"}");

        assertThat(console.run("get", "rollouts")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("HTTP 503").contains("still reading");
    }

    @Test
    void whileKafkaIsAwayItSaysOnStandardErrorHowOldTheAnswerIs() {
        fleet.on("GET /api/v1/rollouts", 200, List.of());
        assertThat(console.run("get", "rollouts", "-o", "json")).isZero();
        assertThat(console.err()).isEmpty();
        Console later = new Console().server(fleet.address());

        fleet.knowingNothingNewFor("95");

        assertThat(later.run("get", "rollouts", "-o", "json")).isZero();
        assertThat(later.out()).isEqualTo(console.out());
        assertThat(later.err())
                .isEqualTo("./kpfleet: as of 1m35s ago: no broker of Kafka answers the fleet service,"
                        + " so this may have changed since.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "99999999999999999999"})
    void anAgeThatIsNoneIsNotTold(String age) {
        fleet.on("GET /api/v1/rollouts", 200, List.of()).knowingNothingNewFor(age);

        assertThat(console.run("get", "rollouts")).isZero();
        assertThat(console.err()).isEmpty();
    }

    @Test
    void anAnswerOfAnUnknownShapeIsSaidToBeUnreadable() {
        fleet.on("GET /api/v1/rollouts", 200, List.of(Map.of("id", "x.1", "state", "Levitating")));

        assertThat(console.run("get", "rollouts")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("cannot read").doesNotContain("\tat ");
    }

    @Test
    void theServerOptionWinsOverTheEnvironmentWhereverItStands() {
        fleet.on("GET /api/v1/rollouts", 200, List.of());
        Console elsewhere = new Console().server("http://127.0.0.1:1");

        assertThat(elsewhere.run("--server", fleet.address() + "/", "get", "rollouts"))
                .isZero();
        assertThat(elsewhere.run("get", "rollouts", "--server", fleet.address()))
                .isZero();
    }

    @Test
    void helpNamesEveryCommandExampleAndExitCode() {
        assertThat(console.run("--help")).isZero();
        assertThat(console.out())
                .contains("apply", "plan", "lint", "get", "status", "diff", "explain", "audit")
                .contains("pause", "resume", "abort", "approve", "reject", "retry", "skip", "promote", "rollback")
                .contains("rerun")
                .contains("Exit codes:", "Examples:", "KPFLEET_SERVER");
    }

    @Test
    void completionIsABashScript() {
        assertThat(console.run("completion")).isZero();
        assertThat(console.out()).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_kpfleet");
    }

    @Test
    void aRefusalSaysWhatIsPossibleInstead() {
        fleet.showing("prod-ipvs", Fixtures.model(Fixtures.rollout(RolloutStatus.State.Paused, null, "Paused by ada.")))
                .on(
                        "POST /api/v1/rollouts/prod-ipvs/pause",
                        409,
                        Fixtures.audit(AuditRecord.Verdict.Refused, "AlreadyPaused", "It is paused already."));

        assertThat(console.run("pause", "prod-ipvs")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err())
                .contains("It is paused already. [AlreadyPaused]")
                .contains("possible for prod-ipvs.2 now: resume, abort, rollback");
    }
}
