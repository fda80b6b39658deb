package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        assertThat(console.err()).contains("wrong.yaml: /spec/kubeProxy/mode").contains("nothing was sent.");
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
                    apply -f /no/such/file | there is no such file
                    apply -f / | is a folder
                    get | what to get?
                    get rollout | <rollout|config>
                    get rollout x -w -o json | without -w
                    get rollout x -w --timeout soon | write 90s, 30m or 2h
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

        assertThat(console.run("lint", "-f", wrong, "-f", file("right.yaml", FLEET_CONFIG)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.out())
                .contains("✗ ", "/spec/kubeProxy/ipvsConfig/scheduler", "/spec/kubeProxy/ipvsConfig/tcpTimeoutSeconds")
                .contains("right.yaml: prod-ipvs, IPVS LeastConnection tcp=900s tcpfin=120s udp=300s, 4 stages");
    }

    @Test
    void getRolloutsListsThem() {
        fleet.on("GET /api/v1/rollouts", 200, List.of(Fixtures.running().rollout()));

        assertThat(console.run("get", "rollouts")).isZero();
        assertThat(console.out()).isEqualTo("""
                        ROLLOUT      STATE    CLUSTERS      AGE    KUBE-PROXY                                          MESSAGE
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
        fleet.on("GET /api/v1/rollouts", 200, List.of(latest));

        assertThat(console.run("get", "configs")).isZero();
        assertThat(console.out().lines().toList().get(1)).matches("prod-ipvs +2 +Running +3/6 1 failed +IPVS .*");
    }

    @Test
    void aRolloutThatIsUnknownIsRefusedByTheService() {
        assertThat(console.run("get", "rollout", "nope")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("There is no such thing");
    }

    @ParameterizedTest
    @CsvSource({"Succeeded,0", "Failed,1", "Aborted,1", "Superseded,1", "Running,5", "Paused,5", "Planned,5"})
    void statusSaysByExitCodeHowARolloutStands(RolloutStatus.State state, int code) {
        fleet.showing("prod-ipvs", Fixtures.model(Fixtures.rollout(state, null, "So it is.")));

        assertThat(console.run("status", "prod-ipvs")).isEqualTo(code);
        assertThat(console.out()).isEqualTo("prod-ipvs.2  " + state + "  0/0  So it is.\n");
    }

    @Test
    void getClusterFindsItByNameAndShowsItsNodes() {
        Map<String, Object> cluster = cluster("rg-prod", "aks-weu-01");
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster))
                .on(
                        "GET /api/v1/clusters/sub-1/rg-prod/aks-weu-01",
                        200,
                        detail(
                                cluster,
                                "effective",
                                "IPVS RoundRobin tcp=900s tcpfin=120s udp=300s",
                                "drift",
                                Map.of("code", "ConfigurationChanged", "message", "Somebody changed it."),
                                "health",
                                Map.of("nodesExpected", 1, "nodesReporting", 1, "activeConnections", 42),
                                "nodes",
                                List.of(Map.of("node", "node-0", "mode", "ipvs", "scheduler", "rr", "services", 3))));

        assertThat(console.run("get", "cluster", "AKS-weu-01")).isZero();
        assertThat(console.out())
                .contains("kube-proxy   IPVS RoundRobin tcp=900s tcpfin=120s udp=300s  ConfigurationChanged")
                .contains("drift        Somebody changed it.")
                .contains("nodes        1/1 reporting")
                .contains("42 active")
                .containsPattern("node-0 .*ipvs rr tcp=- ");
    }

    @Test
    void getClusterNamesTheCandidatesWhereANameIsNotEnough() {
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster("rg-a", "aks"), cluster("rg-b", "aks")));

        assertThat(console.run("get", "cluster", "aks")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("2 clusters", Fixtures.id("rg-a", "aks"), Fixtures.id("rg-b", "aks"));
    }

    @Test
    void getClustersShowsWhatEachRunsAndADashForWhatIsUnknown() {
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster("rg-prod", "aks-weu-01")));

        assertThat(console.run("get", "clusters")).isZero();
        assertThat(console.out().lines().toList().get(1))
                .matches("aks-weu-01 +rg-prod +westeurope +1.33.2 +Running +IPTABLES +- +-");
    }

    private static Map<String, Object> cluster(String resourceGroup, String name) {
        return detail(
                Map.of(),
                "id",
                Fixtures.id(resourceGroup, name),
                "name",
                name,
                "subscription",
                "sub-1",
                "resourceGroup",
                resourceGroup,
                "location",
                "westeurope",
                "kubernetesVersion",
                "1.33.2",
                "provisioningState",
                "Succeeded",
                "powerState",
                "Running",
                "effective",
                "IPTABLES");
    }

    private static Map<String, Object> detail(Map<String, Object> cluster, Object... more) {
        Map<String, Object> detail = new HashMap<>(cluster);
        for (int i = 0; i < more.length; i += 2) {
            detail.put((String) more[i], more[i + 1]);
        }
        return detail;
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

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "abort", "approve"})
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
    void auditListsWhatHappenedToOneConfig() {
        fleet.on(
                "GET /api/v1/audit?config=prod-ipvs",
                200,
                List.of(Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "Planned.")));

        assertThat(console.run("audit", "--config", "prod-ipvs")).isZero();
        assertThat(console.out())
                .containsPattern("2026-03-01T10:02:13Z +alice +Publish +prod-ipvs.2 +Done +RolloutPlanned: Planned.");
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
                .contains("apply", "lint", "get", "status", "explain", "pause", "resume", "abort", "approve", "audit")
                .contains("Exit codes:", "Examples:", "KPFLEET_SERVER");
    }

    @Test
    void completionIsABashScript() {
        assertThat(console.run("completion")).isZero();
        assertThat(console.out()).startsWith("#!/usr/bin/env bash").contains("complete -F _complete_kpfleet");
    }
}
