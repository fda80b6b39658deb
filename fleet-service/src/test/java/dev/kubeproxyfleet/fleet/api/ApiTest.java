package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.health;
import static dev.kubeproxyfleet.fleet.view.Fleet.id;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.stage;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.openapi.HeldToContract;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.testing.PrometheusLint;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@ExtendWith(HeldToContract.class)
@TestProfile(WithoutKafka.class)
class ApiTest {

    private static final String CONFIG = """
        {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "prod-ipvs"},
         "spec": {"kubeProxy": {"mode": "IPVS"}, "selector": {"names": ["*"]}}}\
        """;

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    @BeforeEach
    void aSmallFleet() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        view.apply(cluster("weu-01", LEAST_CONNECTION));
        view.apply(cluster("weu-02", KubeProxyConfig.UNSET));
        view.apply(health("weu-01", NOON, "ipvs", "lc", 300));
        tell(
                view,
                rollout(
                        "prod",
                        1,
                        RolloutStatus.State.Running,
                        stage(
                                "early",
                                RolloutStatus.StageState.Updating,
                                new RolloutStatus.Counts(1, 0, 0, 1, 0, 0, 0))));
        tell(view, status("prod.1", "weu-01", RolloutClusterStatus.State.Converged, null, ""));
        tell(view, status("prod.1", "weu-02", RolloutClusterStatus.State.Waiting, "SlotsTaken", "waits"));
    }

    @Test
    void countsTheFleet() {
        given().get("/api/v1/fleet")
                .then()
                .statusCode(200)
                .body("clusters", equalTo(2))
                .body("byConfiguration.mode", contains("IPTABLES", "IPVS"))
                .body("nodes.reporting", equalTo(3));
    }

    @Test
    void listsClustersWithHealthAndRollout() {
        given().get("/api/v1/clusters")
                .then()
                .statusCode(200)
                .body("name", contains("weu-01", "weu-02"))
                .body("[0].effective", equalTo("IPVS LeastConnection tcp=900s tcpfin=120s udp=300s"))
                .body("[0].kubeProxy.ipvsConfig.scheduler", equalTo("LeastConnection"))
                .body("[0].health.activeConnections", equalTo(300))
                .body("[0].rollout.state", equalTo("Converged"))
                .body("[1].rollout.code", equalTo("SlotsTaken"))
                .body("[1].health", nullValue());
    }

    @Test
    void tellsTheKernelOfANode() {
        given().get("/api/v1/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/weu-01")
                .then()
                .statusCode(200)
                .body("nodes.details.kernelRelease", everyItem(equalTo("5.15.0-1073-azure")));
    }

    @Test
    void saysWhichClustersCanLeaveTheirMode() {
        given().queryParam("to", "nftables")
                .get("/api/v1/readiness")
                .then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("2"))
                .body("name", contains("weu-01", "weu-02"))
                .body("to", everyItem(equalTo("NFTABLES")))
                .body("mode", contains("IPVS", "IPTABLES"))
                .body("verdict", everyItem(equalTo("Blocked")))
                .body("[0].findings.code", hasItem("NftablesFixMissing"))
                .body("[0].findings.code", hasItem("KernelUnknown"))
                .body("[0].support.endOfLife", equalTo("2026-07-31"))
                .body("[1].findings.code", hasItem("ModeNotPinned"));
        view.apply(new Change.Cluster(
                id("weu-01"),
                ClusterRecords.of(Objects.requireNonNull(
                                cluster("weu-01", LEAST_CONNECTION).cluster()))
                        .kubernetesVersion("1.34.7")
                        .build()));
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(
                        Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION), "2026-01-02-preview", null)));
        view.apply(
                Fleet.withNodeFacts(health("weu-01", NOON, "ipvs", "lc", 300), "5.15.0-1073-azure", "v1.34.7", null));

        given().queryParam("to", "NFTABLES")
                .queryParam("select-name", "*-01")
                .queryParam("fields", "name,verdict,findings.weight")
                .get("/api/v1/readiness")
                .then()
                .statusCode(200)
                .body("name", contains("weu-01"))
                .body("[0].verdict", equalTo("Ready"))
                .body("[0].findings.weight", everyItem(equalTo("Note")));
        given().queryParam("to", "NFTABLES")
                .queryParam("sort", "-verdict")
                .queryParam("limit", 1)
                .get("/api/v1/readiness")
                .then()
                .statusCode(200)
                .header("Link", containsString("to=NFTABLES"))
                .body("name", contains("weu-01"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; to is the mode to change to",
                "?to=IPVS; is known of NFTABLES and IPTABLES alone, not of 'IPVS'",
                "?to=NFTABLES&select=env; is no <tag>=<value>",
                "?to=NFTABLES&sort=nodeCount; nothing is sorted by 'nodeCount'",
            })
    void readinessThatCannotBeToldIsRefused(String query, String message) {
        given().get("/api/v1/readiness" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("QueryNotValid"))
                .body("message", containsString(message));
    }

    @Test
    void tellsHowFarACampaignIs() {
        String name = "leave";
        tell(view, Fleet.campaign(name, new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null)));

        given().get("/api/v1/campaigns").then().statusCode(200).body("name", hasItem(name));
        given().get("/api/v1/campaigns/" + name)
                .then()
                .statusCode(200)
                .body("to", equalTo("NFTABLES"))
                .body("rollout", equalTo(name + ".1"))
                .body("clusters.blocked", greaterThan(0))
                .body("obstacles.code", hasItem("NftablesFixMissing"));
        given().get("/api/v1/campaigns/prod-ipvs")
                .then()
                .statusCode(404)
                .body("code", equalTo("UnknownConfig"))
                .body("message", containsString("there is no campaign prod-ipvs"));
    }

    @Test
    void listsClustersByPages() {
        Response first = given().queryParam("limit", 1)
                .queryParam("sort", "-name")
                .queryParam("fields", "name,health.observed.mode,drift.code")
                .get("/api/v1/clusters");
        first.then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("2"))
                .body("name", contains("weu-02"))
                .body("[0].keySet()", contains("name"));
        Matcher link =
                Pattern.compile("<(/api/v1/clusters[^>]*)>; rel=\"next\"").matcher(first.header("Link"));
        assertThat(link.matches()).isTrue();

        given().urlEncodingEnabled(false)
                .get(link.group(1))
                .then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("2"))
                .header("Link", nullValue())
                .body(
                        "",
                        equalTo(List.of(Map.of(
                                "name", "weu-01", "health", Map.of("observed", List.of(Map.of("mode", "ipvs")))))));
    }

    @Test
    void selectsClustersAsTheCommandLineDoes() {
        given().get("/api/v1/clusters?select=env=prod&select-name=*-01&location=WestEurope,x")
                .then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("1"))
                .body("name", contains("weu-01"));
        given().get("/api/v1/clusters?select=env=prod,tier=gold")
                .then()
                .statusCode(200)
                .body("", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0|QueryNotValid|limit is a number of rows",
                "limit=many|QueryNotValid|limit is a number of rows",
                "sort=mood|QueryNotValid|kubernetesVersion, location",
                "fields=id,mood|QueryNotValid|there are agentsRollout, autoprovisioning",
                "fields=health.mood|QueryNotValid|nodesReporting, observed",
                "fields=name.first|QueryNotValid|nothing is below",
                "select=env|QueryNotValid|is no <tag>=<value>",
                "limit=1&continue=abc|ForeignContinue|begin again without it"
            })
    void aListRefusesWhatItCannotDo(String query, String code, String message) {
        given().get("/api/v1/clusters?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo(code))
                .body("message", containsString(message));
    }

    @Test
    void aListTellsWhatHasChangedSinceAPosition() {
        String position = given().get("/api/v1/clusters?limit=1").header("Kpfleet-Position");
        view.apply(cluster("weu-02", LEAST_CONNECTION));
        view.apply(new Change.Cluster(id("weu-01"), null));

        given().get("/api/v1/clusters?fields=name,mode&since=" + position)
                .then()
                .statusCode(200)
                .body("changed", equalTo(List.of(Map.of("name", "weu-02", "mode", "IPVS"))))
                .body("gone", contains(id("weu-01")));
        String next = given().get("/api/v1/clusters?select=env=test&since=" + position)
                .then()
                .body("changed", hasSize(0))
                .body("gone", hasSize(2))
                .extract()
                .header("Kpfleet-Position");
        given().get("/api/v1/clusters?since=" + next)
                .then()
                .body("changed", hasSize(0))
                .body("gone", hasSize(0));
        given().get("/api/v1/rollouts?since=" + position).then().statusCode(200).body("changed", hasSize(0));
        given().get("/api/v1/rollouts/prod/clusters?since=" + position)
                .then()
                .statusCode(200)
                .body("changed", hasSize(0));
        given().get("/api/v1/clusters?since=yesterday").then().statusCode(410).body("code", equalTo("PositionUnknown"));
        given().get("/api/v1/clusters?limit=1&since=" + position)
                .then()
                .statusCode(400)
                .body("code", equalTo("QueryNotValid"));
    }

    @Test
    void listsRolloutsAndTheClustersOfOneByPages() {
        given().get("/api/v1/rollouts?limit=5&sort=config&fields=id")
                .then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("1"))
                .body("", equalTo(List.of(Map.of("id", "prod.1"))));
        given().get("/api/v1/rollouts/prod/clusters?limit=1&sort=-state")
                .then()
                .statusCode(200)
                .header("Kpfleet-Total", equalTo("2"))
                .header("Link", containsString("/api/v1/rollouts/prod/clusters?limit=1&sort=-state&continue="))
                .body("state", contains("Waiting"));
        given().get("/api/v1/rollouts/nobody/clusters").then().statusCode(404).body("code", equalTo("UnknownRollout"));
    }

    @Test
    void showsAClusterWithNodesAndHistoryWhateverTheCaseOfItsId() {
        given().get("/api/v1/clusters/" + Fleet.SUBSCRIPTION + "/RG-prod/Weu-01")
                .then()
                .statusCode(200)
                .body("name", equalTo("weu-01"))
                .body("nodes.node", contains("aks-pool-0", "aks-pool-1", "aks-pool-2"))
                .body("history[0].at", equalTo("2026-03-02T12:00:00Z"))
                .body("history[0].activeConnections", equalTo(300));
    }

    @Test
    void showsWhatTheKubernetesApiSaysBesideTheNodes() {
        ClusterKubernetes seen = KubernetesRecords.rolledOut(id("weu-01"), NOON, 3, "ipvs", "lc");
        view.apply(new Change.Kubernetes(
                id("weu-01"), KubernetesRecords.listing(seen, "aks-pool-0", "aks-pool-1", "aks-pool-9")));
        view.apply(new Change.Kubernetes(
                id("weu-02"),
                KubernetesRecords.unseen(id("weu-02"), NOON, KubernetesReason.LocalAccountsOnly, "no Entra")));

        given().get("/api/v1/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/weu-01")
                .then()
                .statusCode(200)
                .body("kubernetes.seen.daemonSet.scheduler", equalTo("lc"))
                .body("kubernetes.seen.pods[0].mode", equalTo("ipvs"))
                .body("kubernetes.disagreement.code", equalTo("FlagsDiffer"))
                .body("nodes.foreign", contains(false, false, true))
                .body("nodes[0].kubernetes.pod.ready", equalTo(true))
                .body("silentNodes.node", contains("aks-pool-9"));
        given().get("/api/v1/clusters")
                .then()
                .statusCode(200)
                .body("[1].kubernetes.trouble.code", equalTo("LocalAccountsOnly"))
                .body("[1].kubernetes.seen", nullValue());
    }

    /** Where in Git it stands goes with what is asked, for configs and strategies, publications and deletions. */
    @Test
    void takesWhereInGitItStands() {
        publisher.reset(AuditRecord.Verdict.Done);
        Origin origin = new Origin("git.example/fleet", "main", "a b.yaml", "a".repeat(40), "b".repeat(40));

        given().queryParam("origin", origin.source())
                .contentType(ContentType.JSON)
                .body(CONFIG)
                .put("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(200);
        given().queryParam("origin", origin.source())
                .delete("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(200);
        given().queryParam("origin", origin.source())
                .contentType(ContentType.JSON)
                .body(STRATEGY)
                .put("/api/v1/strategies/careful")
                .then()
                .statusCode(200);
        given().queryParam("origin", origin.source())
                .delete("/api/v1/strategies/careful")
                .then()
                .statusCode(200);
        assertThat(publisher.published)
                .hasSize(4)
                .allSatisfy(published -> assertThat(published.asked().origin()).isEqualTo(origin));

        given().queryParam("origin", "https://git.example/fleet")
                .delete("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(400)
                .body("path", equalTo("/origin"));
        assertThat(publisher.published).hasSize(4);
    }

    @Test
    void listsWhatCameFromGit() {
        Origin origin = new Origin("git.example/fleet", "main", "careful.yaml", "a".repeat(40), "b".repeat(40));
        view.apply(new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), origin));

        given().get("/api/v1/origins")
                .then()
                .statusCode(200)
                .body("[0].kind", equalTo("FleetStrategy"))
                .body("[0].inForce", equalTo(true))
                .body("[0].provenance.origin.file", equalTo("careful.yaml"));
        view.apply(new Change.Strategy("careful", null, null));
    }

    @Test
    void listsAgentsByCluster() {
        given().get("/api/v1/agents")
                .then()
                .statusCode(200)
                .body("versions", equalTo(Map.of("1.0", 3)))
                .body("clusters.name", contains("weu-01", "weu-02"))
                .body("clusters[0].nodesReporting", equalTo(3))
                .body("clusters[1].findings.code", contains("NoAgents"));
    }

    @Test
    void explainsAClusterByNameIdOrPath() {
        String sentence = "weu-02 waits in stage early of prod.1";
        given().queryParam("cluster", "WEU-02")
                .get("/api/v1/explain")
                .then()
                .statusCode(200)
                .body("sentence", containsString(sentence))
                .body("state", equalTo("Waiting"))
                .body("code", equalTo("SlotsTaken"));
        given().queryParam("cluster", id("weu-02"))
                .get("/api/v1/explain")
                .then()
                .statusCode(200)
                .body("cluster", equalTo(id("weu-02")));
        given().get("/api/v1/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/weu-02/explain")
                .then()
                .statusCode(200)
                .body("sentence", containsString(sentence));
    }

    @Test
    void asksWhichOneIsMeantWhereANameIsAmbiguous() {
        Change.Cluster twin = cluster("twin", null);
        String other = id("twin").replace("rg-prod", "rg-dev");
        view.apply(twin);
        view.apply(new Change.Cluster(
                other,
                ClusterRecords.running(other, "twin", Fleet.SUBSCRIPTION, "rg-dev")
                        .tags(java.util.Map.of())
                        .skuName(null)
                        .networkPlugin(null)
                        .nodeCount(1)
                        .kubeProxy(null)
                        .build()));

        given().queryParam("cluster", "twin")
                .get("/api/v1/explain")
                .then()
                .statusCode(409)
                .body("code", equalTo("AmbiguousCluster"))
                .body("candidates", contains(other, id("twin")));

        view.apply(new Change.Cluster(other, null));
        view.apply(new Change.Cluster(id("twin"), null));
    }

    /** In words that whoever uses the command line knows too; the same commands work beside the dashboard. */
    @ParameterizedTest
    @CsvSource({
        "clusters/s/rg/none,UnknownCluster,kpfleet get clusters",
        "explain?cluster=none,UnknownCluster,kpfleet get clusters",
        "rollouts/none.7,UnknownRollout,kpfleet get rollouts",
        "rollouts/none/explain,UnknownRollout,kpfleet get rollouts",
        "configs/none,UnknownConfig,kpfleet get configs",
        "strategies/none,UnknownStrategy,kpfleet get strategies"
    })
    void whatIsUnknownSaysWhereToLook(String path, String code, String command) {
        given().get("/api/v1/" + path)
                .then()
                .statusCode(404)
                .body("code", equalTo(code))
                .body("message", containsString(command))
                .body("message", not(containsString("/api/v1")));
    }

    @Test
    void whatCannotBeLookedForOrSteeredIsSaidSo() {
        given().get("/api/v1/explain").then().statusCode(400).body("code", equalTo("MissingParameter"));
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/none/pause")
                .then()
                .statusCode(404)
                .body("code", equalTo("UnknownRollout"));
    }

    @Test
    void showsARolloutWithItsClustersByIdOrConfig() {
        for (String id : List.of("prod.1", "prod")) {
            given().get("/api/v1/rollouts/" + id)
                    .then()
                    .statusCode(200)
                    .body("rollout.id", equalTo("prod.1"))
                    .body("rollout.stages[0].clusters.converged", equalTo(1))
                    .body("clusters.cluster", contains(id("weu-01"), id("weu-02")));
        }
        given().get("/api/v1/rollouts").then().statusCode(200).body("id", hasSize(1));
    }

    @Test
    void sendsACommandAndGivesTheControllersAnswer() {
        given().contentType(ContentType.JSON)
                .header("X-Kpfleet-Actor", "grace")
                .body("{\"reason\": \"too many errors\"}")
                .post("/api/v1/rollouts/prod/pause")
                .then()
                .statusCode(200)
                .body("verdict", equalTo("Done"));

        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(Command.Action.Pause);
            assertThat(command.rollout()).isEqualTo("prod.1");
            assertThat(command.config()).isEqualTo("prod");
            assertThat(command.actor()).isEqualTo("grace");
            assertThat(command.reason()).isEqualTo("too many errors");
        });
        given().queryParam("config", "prod")
                .get("/api/v1/audit")
                .then()
                .statusCode(200)
                .body("[0].code", equalTo("RolloutPaused"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0 | limit is a number of rows from 1 to 1000, and not '0'
                    limit=1001 | limit is a number of rows from 1 to 1000, and not '1001'
                    from=yesterday | from is a time such as 2026-03-01T00:00:00Z, and not 'yesterday'
                    until=2026-03-01 | until is a time such as 2026-03-01T00:00:00Z, and not '2026-03-01'
                    continue=-4 | continue is what the header Link of a page has, and not '-4'
                    """)
    void aPartOfTheAuditTrailThatMakesNoSenseIsRefused(String query, String message) {
        given().get("/api/v1/audit?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("QueryNotValid"))
                .body("message", equalTo(message));
    }

    @Test
    void aRefusedCommandIsAConflictAndASilentControllerAnAcceptance() {
        publisher.reset(AuditRecord.Verdict.Refused);
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/resume")
                .then()
                .statusCode(409)
                .body("verdict", equalTo("Refused"));

        publisher.reset(null);
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/abort")
                .then()
                .statusCode(202)
                .body("requestId", equalTo(publisher.commands.getFirst().id()));

        publisher.breakDown();
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/approve")
                .then()
                .statusCode(503)
                .body("code", equalTo("KafkaUnavailable"));
    }

    @Test
    void aBodyThatIsNoReasonIsRefused() {
        for (String body :
                List.of("{", "[]", "{\"reason\": 7}", "\"x\"", "{\"cluster\": \"weu-01\"}", "{\"cluster\": 1}")) {
            given().contentType(ContentType.JSON)
                    .body(body)
                    .post("/api/v1/rollouts/prod.1/pause")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("InvalidBody"));
        }
        assertThat(publisher.commands).isEmpty();
    }

    @Test
    void aReasonThatIsTooLongIsCutAndNotRefused() {
        String reason = "x".repeat(1_500);
        given().contentType(ContentType.JSON)
                .body("{\"reason\": \"" + reason + "\"}")
                .post("/api/v1/rollouts/prod.1/pause")
                .then()
                .statusCode(200);
        given().queryParam("reason", reason)
                .delete("/api/v1/strategies/careful")
                .then()
                .statusCode(200);

        assertThat(publisher.commands).extracting(Command::reason).containsExactly("x".repeat(1_000));
        assertThat(publisher.published)
                .extracting(each -> each.asked().reason())
                .containsExactly("x".repeat(1_000));
    }

    @Test
    void aRollbackByTheNameOfTheConfigLeavesItToTheControllerWhichRolloutIsMeant() {
        for (String path : List.of("prod/rollback", "prod.1/rollback", "prod/abort")) {
            given().contentType(ContentType.JSON)
                    .post("/api/v1/rollouts/" + path)
                    .then()
                    .statusCode(200);
        }

        assertThat(publisher.commands).extracting(Command::config).containsOnly("prod");
        assertThat(publisher.commands).extracting(Command::rollout).containsExactly(null, "prod.1", "prod.1");
    }

    @Test
    void publishesAConfigurationAsJsonOrYaml() {
        given().contentType(ContentType.JSON)
                .header("X-Kpfleet-Actor", "ada")
                .queryParam("reason", "connections pile up")
                .body(CONFIG)
                .put("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(200)
                .body("config", equalTo("prod-ipvs"));
        assertThat(publisher.published.getFirst().asked().reason()).isEqualTo("connections pile up");
        given().contentType("application/yaml")
                .body(
                        "apiVersion: kubeproxyfleet.dev/v1\nkind: FleetConfig\nspec: {kubeProxy: {mode: ipvs}, selector: {tags: {matchLabels: {env: prod}}}}"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .put("/api/v1/configs/prod-yaml")
                .then()
                .statusCode(200);

        assertThat(publisher.published)
                .hasSize(2)
                .allSatisfy(published -> assertThat(published.config())
                        .extracting(
                                config -> Objects.requireNonNull(config.spec().kubeProxy())
                                        .mode())
                        .isEqualTo(KubeProxyMode.IPVS));
        assertThat(publisher.published.getFirst().asked().actor()).isEqualTo("ada");
        assertThat(publisher.published.getLast().key()).isEqualTo("prod-yaml");
    }

    @Test
    void refusesAConfigurationWithThePathOfTheFault() {
        given().contentType(ContentType.JSON)
                .body(CONFIG.replace("\"IPVS\"", "\"IPVX\""))
                .put("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(400)
                .body("code", equalTo("InvalidValue"))
                .body("path", equalTo("/spec/kubeProxy/mode"));
        given().contentType(ContentType.JSON)
                .body(CONFIG)
                .put("/api/v1/configs/another")
                .then()
                .statusCode(400)
                .body("code", equalTo("NameMismatch"));
        given().contentType(ContentType.JSON)
                .body(CONFIG)
                .put("/api/v1/configs/Not_A_Name")
                .then()
                .statusCode(400)
                .body("path", equalTo("/metadata/name"));
        given().contentType(ContentType.JSON)
                .put("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(400);
        assertThat(publisher.published).isEmpty();
    }

    @Test
    void withdrawsAConfiguration() {
        given().delete("/api/v1/configs/prod-ipvs").then().statusCode(200);

        assertThat(publisher.published).singleElement().satisfies(published -> {
            assertThat(published.value()).isNull();
            assertThat(published.asked().actor()).isEqualTo("anonymous");
        });
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"Override", "Answer"})
    void everyActionAboutNoGateIsACommandOfThatName(Command.Action action) {
        given().contentType(ContentType.JSON)
                .body("{\"reason\": \"why not\"" + (action == Command.Action.Skip ? ", \"cluster\": \"WEU-01\"}" : "}"))
                .post("/api/v1/rollouts/prod.1/" + action.name().toLowerCase(Locale.ROOT))
                .then()
                .statusCode(200);

        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(action);
            assertThat(command.reason()).isEqualTo("why not");
            assertThat(command.cluster()).isEqualTo(action == Command.Action.Skip ? id("weu-01") : null);
        });
    }

    @Test
    void anActionThatDoesNotExistIsNotFound() {
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/explode")
                .then()
                .statusCode(404);
        assertThat(publisher.commands).isEmpty();
    }

    @Test
    void retryAndSkipKnowAClusterByNameOrId() {
        for (String cluster : List.of("weu-02", id("weu-02").replace("/subscriptions", "/Subscriptions"))) {
            given().contentType(ContentType.JSON)
                    .body("{\"cluster\": \"" + cluster + "\"}")
                    .post("/api/v1/rollouts/prod/retry")
                    .then()
                    .statusCode(200);
        }
        assertThat(publisher.commands).extracting(Command::cluster).containsExactly(id("weu-02"), id("weu-02"));

        given().contentType(ContentType.JSON)
                .body("{\"cluster\": \"nowhere\"}")
                .post("/api/v1/rollouts/prod/skip")
                .then()
                .statusCode(404)
                .body("code", equalTo("UnknownCluster"));
        given().contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod/skip")
                .then()
                .statusCode(400)
                .body("message", containsString("which cluster"));
    }

    @Test
    void aGateIsOverruledByItsNameAndWithAReason() {
        given().contentType(ContentType.JSON)
                .body("{\"gate\": \"refusals\", \"reason\": \"load test\"}")
                .post("/api/v1/rollouts/prod/override")
                .then()
                .statusCode(200);
        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(Command.Action.Override);
            assertThat(command.gate()).isEqualTo("refusals");
            assertThat(command.reason()).isEqualTo("load test");
        });

        refused("override", "{\"reason\": \"load test\"}", "which gate");
        refused("override", "{\"gate\": \"refusals\", \"reason\": \" \"}", "say why");
        refused("override", "{\"gate\": 7}", "optional texts");
        refused("pause", "{\"gate\": \"refusals\"}", "only override knows a gate");
        assertThat(publisher.commands).hasSize(1);
    }

    private static void refused(String action, String body, String message) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/rollouts/prod/" + action)
                .then()
                .statusCode(400)
                .body("code", equalTo("InvalidBody"))
                .body("message", containsString(message));
    }

    @Test
    void anExternalGateIsAnswered() {
        given().contentType(ContentType.JSON)
                .body("{\"verdict\": \"Fail\", \"reason\": \"not today\"}")
                .put("/api/v1/rollouts/prod/gates/change-board")
                .then()
                .statusCode(200);
        assertThat(publisher.commands).singleElement().satisfies(command -> {
            assertThat(command.action()).isEqualTo(Command.Action.Answer);
            assertThat(command.rollout()).isEqualTo("prod.1");
            assertThat(command.gate()).isEqualTo("change-board");
            assertThat(command.verdict()).isEqualTo(GateVerdict.Fail);
            assertThat(command.reason()).isEqualTo("not today");
        });

        for (String body : List.of(
                "",
                "[]",
                "{\"verdict\": \"Fail\"}",
                "{\"verdict\": \"No\", \"reason\": \"a\"}",
                "{\"verdict\": \"Fail\", \"reason\": \" \"}")) {
            given().contentType(ContentType.JSON)
                    .body(body)
                    .put("/api/v1/rollouts/prod/gates/change-board")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("InvalidBody"));
        }
        given().contentType(ContentType.JSON)
                .body("{\"verdict\": \"Fail\", \"reason\": \"not today\"}")
                .put("/api/v1/rollouts/nope/gates/change-board")
                .then()
                .statusCode(404);
        assertThat(publisher.commands).hasSize(1);
    }

    @Test
    void plansWithoutPublishing() {
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION))));

        given().contentType(ContentType.JSON)
                .body(CONFIG.replace("\"selector\"", "\"priority\": 5, \"selector\"")
                        .replace(
                                "{\"mode\": \"IPVS\"}",
                                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"LeastConnection\"}}"))
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("config", equalTo("prod-ipvs"))
                .body("waitsFor", nullValue())
                .body("to", equalTo("IPVS LeastConnection tcp=900s tcpfin=120s udp=300s"))
                .body("stages[0].clusters.cluster", contains(id("weu-02")))
                .body("stages[0].clusters[0].from", equalTo("IPTABLES"))
                .body("converged.cluster", contains(id("weu-01")))
                .body("earliestEnd", notNullValue());
        assertThat(publisher.published).isEmpty();
    }

    @Test
    void aPlanNamesTheOtherConfigWhereTwoClaimAClusterWithOnePriority() {
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION))));

        given().contentType(ContentType.JSON)
                .body(CONFIG)
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("stages[0].clusters[0].reason.code", equalTo("ConflictingConfigs"))
                .body("stages[0].clusters[0].reason.message", containsString("prod-ipvs and prod"));
    }

    @Test
    void aPlanSaysWhatBecomesOfTheRolloutThatThereIs() {
        String changed = CONFIG.replace("prod-ipvs", "prod");
        given().contentType(ContentType.JSON)
                .body(changed)
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("warnings[0].code", equalTo("Supersedes"))
                .body("warnings[0].message", containsString("publishing it ends prod.1, which is Running"));

        FleetConfig.Spec spec = ((Read.Valid)
                        FleetConfigReader.read(changed.getBytes(StandardCharsets.UTF_8), null, Strategy.DEFAULT))
                .config()
                .spec();
        tell(view, rollout("prod", 1, RolloutStatus.State.Superseded));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Succeeded), spec, false));
        given().contentType(ContentType.JSON)
                .body(changed)
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("warnings[0].code", equalTo("Unchanged"))
                .body("warnings[0].message", containsString("publishing it starts nothing"));
    }

    @Test
    void aPlanWarnsOfClustersThatAzureFoundLocked() {
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION))));
        tell(view, status("prod.1", "weu-02", RolloutClusterStatus.State.Skipped, "ScopeLocked", "locked by finance"));

        planThatOutranksOthers()
                .body("warnings[0].code", equalTo("ScopeLocked"))
                .body("warnings[0].examples", contains("weu-02"));

        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(
                        Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION), null, List.of())));
        planThatOutranksOthers().body("warnings.code", not(hasItem("ScopeLocked")));
    }

    private static ValidatableResponse planThatOutranksOthers() {
        return given().contentType(ContentType.JSON)
                .body(CONFIG.replace("\"selector\"", "\"priority\": 5, \"selector\""))
                .post("/api/v1/plans")
                .then()
                .statusCode(200);
    }

    @Test
    void aPlanSkipsWhatIsKnownToBeLocked() {
        String group = id("weu-02").substring(0, id("weu-02").indexOf("/providers"));
        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(
                        Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION), null, List.of(group))));

        planThatOutranksOthers()
                .body("skipped.reason.code", hasItem("ScopeLocked"))
                .body("skipped.reason.code", everyItem(equalTo("ScopeLocked")))
                .body("skipped[0].reason.message", containsString(group));
    }

    @Test
    void aPlanSaysWhatItWouldWaitFor() {
        given().contentType(ContentType.JSON)
                .body(CONFIG)
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("waitsFor.code", equalTo("InventoryPending"));
    }

    @Test
    void aPlanUsesTheStoredStrategyThatItsConfigRefersTo() {
        String referring = CONFIG.replace("\"selector\"", "\"strategyRef\": \"careful\", \"selector\"");
        given().contentType(ContentType.JSON)
                .body(referring)
                .post("/api/v1/plans")
                .then()
                .statusCode(400)
                .body("path", equalTo("/spec/strategyRef"));

        view.apply(new Change.Subscription(
                Fleet.SUBSCRIPTION,
                new SubscriptionRecord(Fleet.SUBSCRIPTION, 2, "Registered", List.of(Fleet.SUBSCRIPTION))));
        view.apply(new Change.Strategy(
                "careful",
                FleetStrategy.of(
                        "careful",
                        new Strategy(
                                List.of(new StageSpec(
                                        "everything", null, Amount.of(1), Amount.of(0), Duration.ZERO, null)),
                                Strategy.OnFailure.Pause,
                                Strategy.DEFAULT_DEADLINE,
                                Gate.DEFAULT)),
                null));
        given().contentType(ContentType.JSON)
                .body(referring)
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .body("stages.name", contains("everything"));
    }

    @Test
    void aPlanOfABadDocumentIsRefusedLikeItsPublication() {
        given().contentType(ContentType.JSON)
                .body(CONFIG.replace("\"IPVS\"", "\"IPVX\""))
                .post("/api/v1/plans")
                .then()
                .statusCode(400)
                .body("path", equalTo("/spec/kubeProxy/mode"));
        given().contentType(ContentType.JSON)
                .body(STRATEGY)
                .post("/api/v1/plans")
                .then()
                .statusCode(400)
                .body("path", equalTo("/kind"));
    }

    @Test
    void showsWhatWasPlannedForARollout() {
        given().get("/api/v1/rollouts/prod/plan")
                .then()
                .statusCode(200)
                .body("config", equalTo("prod"))
                .body("stages[0].clusters.cluster", contains(id("weu-01"), id("weu-02")))
                .body("stages[0].clusters[0].from", equalTo("something unreadable"))
                .body("warnings.code", contains("IpvsDeprecated"))
                .body("latestEnd", equalTo("2026-03-02T14:00:00Z"));
        given().get("/api/v1/rollouts/none/plan").then().statusCode(404).body("code", equalTo("UnknownRollout"));
    }

    @Test
    void explainsARollout() {
        given().get("/api/v1/rollouts/prod/explain")
                .then()
                .statusCode(200)
                .body("rollout", equalTo("prod.1"))
                .body("state", equalTo("Running"))
                .body("sentence", containsString("1 of 2 clusters done"));
        given().get("/api/v1/rollouts/none/explain").then().statusCode(404);
    }

    @Test
    void listsTheConfigurationsInForce() {
        tell(view, Fleet.with(rollout("gone", 3, RolloutStatus.State.Aborted), Fleet.spec(LEAST_CONNECTION), true));

        given().get("/api/v1/configs")
                .then()
                .statusCode(200)
                .body("name", contains("prod"))
                .body("[0].generation", equalTo(1))
                .body("[0].spec.kubeProxy.mode", equalTo("IPVS"))
                .body("[0].rollout.id", equalTo("prod.1"))
                .body("[0].rollout.clusters.converged", equalTo(1));
        given().get("/api/v1/configs/prod").then().statusCode(200).body("name", equalTo("prod"));
        given().get("/api/v1/configs/gone").then().statusCode(404).body("code", equalTo("UnknownConfig"));
    }

    private static final String STRATEGY = """
        {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetStrategy", "metadata": {"name": "careful"},
         "spec": {"onFailure": "Rollback"}}\
        """;

    @Test
    void storesAndDeletesStrategiesUnderTheirOwnKey() {
        given().contentType(ContentType.JSON)
                .body(STRATEGY)
                .put("/api/v1/strategies/careful")
                .then()
                .statusCode(200);
        given().delete("/api/v1/strategies/careful").then().statusCode(200);

        assertThat(publisher.published).extracting(FakePublisher.Published::key).containsOnly("strategy/careful");
        FleetStrategy stored =
                Json.MAPPER.convertValue(publisher.published.getFirst().value(), FleetStrategy.class);
        assertThat(stored.spec().onFailure()).isEqualTo(Strategy.OnFailure.Rollback);
        assertThat(publisher.published.getLast().value()).isNull();
    }

    @Test
    void showsStoredStrategies() {
        given().get("/api/v1/strategies/careful").then().statusCode(404).body("code", equalTo("UnknownStrategy"));

        view.apply(new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), null));

        given().get("/api/v1/strategies").then().statusCode(200).body("metadata.name", contains("careful"));
        given().get("/api/v1/strategies/careful")
                .then()
                .statusCode(200)
                .body("spec.stages.name", contains("canary", "early", "half", "rest"));
    }

    @Test
    void aDocumentOfTheOtherKindIsToldWhereItBelongs() {
        given().contentType(ContentType.JSON)
                .body(STRATEGY)
                .put("/api/v1/configs/careful")
                .then()
                .statusCode(400)
                .body("message", containsString("PUT /api/v1/strategies/careful"));
        given().contentType(ContentType.JSON)
                .body(CONFIG)
                .put("/api/v1/strategies/prod-ipvs")
                .then()
                .statusCode(400)
                .body("message", containsString("PUT /api/v1/configs/prod-ipvs"));
        assertThat(publisher.published).isEmpty();
    }

    @Test
    void aConfigThatRefersToAStrategyIsPublishedWithTheReferenceAlone() {
        given().contentType(ContentType.JSON)
                .body(CONFIG.replace("\"selector\"", "\"strategyRef\": \"careful\", \"selector\""))
                .put("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(200);

        assertThat(publisher.published).hasSize(1);
        FleetConfig.Spec spec = publisher.published.getFirst().config().spec();
        assertThat(spec.strategyRef()).isEqualTo("careful");
        assertThat(spec.strategy()).isNull();
    }

    @Test
    void pagesOfOthersCannotChangeAnything() {
        given().header("Origin", "https://evil.example")
                .contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/abort")
                .then()
                .statusCode(403)
                .body("code", equalTo("ForeignOrigin"));
        // A foreign name that was made to point at the service: origin and host are equal, and still foreign.
        given().header("Origin", "http://evil.example")
                .header("Host", "evil.example")
                .delete("/api/v1/configs/prod-ipvs")
                .then()
                .statusCode(421)
                .body("code", equalTo("ForeignHost"));
        given().contentType(ContentType.URLENC)
                .post("/api/v1/rollouts/prod.1/abort")
                .then()
                .statusCode(415)
                .body("code", equalTo("UnsupportedMediaType"));
        assertThat(publisher.commands).isEmpty();
        assertThat(publisher.published).isEmpty();
    }

    @Test
    void ourOwnPageMay() {
        String own = "http://127.0.0.1:" + io.restassured.RestAssured.port;
        given().header("Origin", own)
                .header("Host", "127.0.0.1:" + io.restassured.RestAssured.port)
                .contentType(ContentType.JSON)
                .post("/api/v1/rollouts/prod.1/pause")
                .then()
                .statusCode(200);
    }

    @Test
    void anUpgradeShowsItsPageAtOnce() {
        for (String path : List.of("/", "/index.html", "/icon.svg")) {
            String tag = given().get(path)
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", equalTo("no-cache"))
                    .extract()
                    .header("ETag");
            given().header("If-None-Match", tag)
                    .get(path)
                    .then()
                    .statusCode(304)
                    .header("ETag", equalTo(tag))
                    .header("Cache-Control", equalTo("no-cache"));
            given().header("If-None-Match", "\"of-another-version\"")
                    .get(path)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void whatHasItsContentInItsNameIsKept() {
        Matcher bundle = Pattern.compile("src=\"(/[^\"]+\\.js)\"")
                .matcher(given().get("/").asString());
        assertThat(bundle.find()).isTrue();
        given().get(bundle.group(1)).then().statusCode(200).header("Cache-Control", containsString("immutable"));
    }

    @Test
    void answersCarryTheHeadersThatKeepABrowserSafe() {
        given().get("/api/v1/fleet")
                .then()
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY");
    }

    @Test
    void countsFromZeroAndIsReadyOnceTheReadModelIsComplete() {
        String metrics = given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("kpfleet_sse_subscribers"))
                .body(containsString("kpfleet_sse_overflows_total"))
                .body(containsString("kpfleet_gate_evidence{signal=\"refusals\""))
                .body(containsString("kpfleet_gate_verdicts_total{signal=\"external\",verdict=\"Inconclusive\""))
                .body(containsString("kpfleet_gate_held_rollouts{reason=\"GateFailed\""))
                .extract()
                .asString();
        assertThat(PrometheusLint.faults(metrics, "kpfleet_gate_")).isEmpty();
        assertThat(metrics)
                .contains(
                        "kpfleet_evidence_clusters{source=\"agents\"",
                        "kpfleet_evidence_clusters{source=\"kubernetes\"",
                        "kpfleet_evidence_clusters{source=\"both\"",
                        "kpfleet_evidence_clusters{source=\"nobody\"");
        assertThat(PrometheusLint.faults(metrics, "kpfleet_evidence_")).isEmpty();
        if (!view.caughtUp()) {
            given().get("/q/health/ready").then().statusCode(503).body(containsString("read-model"));
        }
        Fleet.markCaughtUp(view);
        given().get("/q/health/ready").then().statusCode(200);
    }
}
