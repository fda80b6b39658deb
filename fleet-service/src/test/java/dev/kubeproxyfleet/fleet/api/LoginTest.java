package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.fleet.access.Actors;
import dev.kubeproxyfleet.fleet.openapi.HeldToContract;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.User;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@ExtendWith(HeldToContract.class)
@TestProfile(WithLogin.class)
@SuppressWarnings("NullAway.Init")
class LoginTest {

    private static final String DEV_CONFIG = config("dev", "dev");
    private static final Set<String> ANSWERED_TO_ALL = Set.of("getLogin");
    private static final Set<String> OF_THE_CALLER = Set.of("getCaller", "reviewAccess", "listPermissions");

    /** Need beans that talk to Azure; {@link PermitsTest} has them. */
    private static final Set<String> ELSEWHERE = Set.of(
            "listFeatures",
            "getFeature",
            "registerFeature",
            "createCluster",
            "listNotificationTargets",
            "testNotificationTarget");

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    Issuer issuer;

    @BeforeEach
    void oneClusterOfEachTeam() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        for (String env : List.of("dev", "prod")) {
            view.apply(tagged(cluster("aks-" + env, LEAST_CONNECTION), env));
            tell(view, of(env));
            tell(view, status(env + ".1", "aks-" + env, RolloutClusterStatus.State.Waiting, null, ""));
        }
    }

    /** What each operation needs, by whom it is done; every operation of the document is in it. */
    private record Row(String operation, String method, String path, String body, Set<String> users) {}

    private static final Set<String> ALL = Set.of("vera", "otto", "petra", "anna", "adam", "opal");

    private static List<Row> table() {
        List<Row> rows = new ArrayList<>();
        String cluster = "/api/v1/clusters/" + Fleet.SUBSCRIPTION + "/rg-prod/aks-dev";
        Map.ofEntries(
                        Map.entry("getFleet", "/api/v1/fleet"),
                        Map.entry("listAgents", "/api/v1/agents"),
                        Map.entry("listAudit", "/api/v1/audit"),
                        Map.entry("listClusters", "/api/v1/clusters"),
                        Map.entry("getCluster", cluster),
                        Map.entry("explainCluster", cluster + "/explain"),
                        Map.entry("explainClusterByName", "/api/v1/explain?cluster=aks-dev"),
                        Map.entry("listConfigs", "/api/v1/configs"),
                        Map.entry("getConfig", "/api/v1/configs/dev"),
                        Map.entry("listOrigins", "/api/v1/origins"),
                        Map.entry("listRollouts", "/api/v1/rollouts"),
                        Map.entry("getRollout", "/api/v1/rollouts/dev.1"),
                        Map.entry("listRolloutClusters", "/api/v1/rollouts/dev.1/clusters"),
                        Map.entry("explainRollout", "/api/v1/rollouts/dev.1/explain"),
                        Map.entry("getGateHistory", "/api/v1/rollouts/dev.1/gates"),
                        Map.entry("getRolloutPlan", "/api/v1/rollouts/dev.1/plan"),
                        Map.entry("listReadiness", "/api/v1/readiness"),
                        Map.entry("listCampaigns", "/api/v1/campaigns"),
                        Map.entry("getCampaign", "/api/v1/campaigns/none"),
                        Map.entry("listStrategies", "/api/v1/strategies"),
                        Map.entry("getStrategy", "/api/v1/strategies/none"),
                        Map.entry("streamEvents", "/api/v1/events?since=none"))
                .forEach((operation, path) -> rows.add(new Row(operation, "GET", path, "", ALL)));
        for (String env : List.of("dev", "prod")) {
            boolean dev = env.equals("dev");
            Set<String> publishers = dev ? Set.of("petra", "adam") : Set.of("adam");
            Set<String> operators = dev ? Set.of("otto", "opal", "adam") : Set.of("otto", "adam");
            String id = "/api/v1/rollouts/" + env + ".1/";
            rows.add(new Row("planConfig", "POST", "/api/v1/plans", config(env, env), Set.of("petra", "adam")));
            rows.add(new Row("publishConfig", "PUT", "/api/v1/configs/" + env, config(env, env), publishers));
            rows.add(new Row("withdrawConfig", "DELETE", "/api/v1/configs/" + env, "", publishers));
            rows.add(new Row("steerRollout", "POST", id + "rerun", "{}", publishers));
            for (String action : List.of("pause", "resume", "abort", "rollback", "retry")) {
                rows.add(new Row("steerRollout", "POST", id + action, "{}", operators));
            }
            rows.add(new Row("steerRollout", "POST", id + "skip", "{\"cluster\": \"aks-" + env + "\"}", operators));
            for (String action : List.of("approve", "reject", "promote")) {
                rows.add(new Row("steerRollout", "POST", id + action, "{}", Set.of("anna", "adam")));
            }
            rows.add(new Row(
                    "steerRollout",
                    "POST",
                    id + "override",
                    "{\"gate\": \"proof\", \"reason\": \"known\"}",
                    Set.of("adam")));
            rows.add(new Row(
                    "answerGate",
                    "PUT",
                    id + "gates/tests",
                    "{\"verdict\": \"Pass\", \"reason\": \"all green\"}",
                    operators));
        }
        rows.add(new Row(
                "storeStrategy",
                "PUT",
                "/api/v1/strategies/slow",
                "{\"apiVersion\": \"kubeproxyfleet.dev/v1\", \"kind\": \"FleetStrategy\", \"metadata\": {\"name\": \"slow\"},"
                        + " \"spec\": {\"stages\": [{\"name\": \"all\"}]}}",
                Set.of("adam")));
        rows.add(new Row("deleteStrategy", "DELETE", "/api/v1/strategies/slow", "", Set.of("adam")));
        return rows;
    }

    @Test
    void everyOperationIsInTheTable() throws Exception {
        Set<String> known = new TreeSet<>(ANSWERED_TO_ALL);
        known.addAll(OF_THE_CALLER);
        known.addAll(ELSEWHERE);
        table().forEach(row -> known.add(row.operation()));
        Set<String> operations = new TreeSet<>();
        JsonNode document =
                new YAMLMapper().readTree(Path.of("../docs/openapi.yaml").toFile());
        document.get("paths")
                .forEach(path -> path.forEach(
                        operation -> operations.add(operation.get("operationId").asText())));

        assertThat(known).isEqualTo(operations);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vera", "otto", "petra", "anna", "adam", "opal", WithLogin.NOBODY})
    void eachDoesWhatItsRolesPermitAndNothingElse(String user) {
        for (Row row : table()) {
            Response response = send(given().auth().oauth2(issuer.token(user)), row);
            boolean permitted = row.users().contains(user);

            assertThat(response.statusCode())
                    .as("%s: %s %s: %s", user, row.method(), row.path(), response.asString())
                    .matches(status -> status != 401 && (status != 403) == permitted);
            if (!permitted) {
                assertThat(response.path("code").toString()).isIn("NotPermitted");
                assertThat(publisher.commands).isEmpty();
                assertThat(publisher.published).isEmpty();
            }
            publisher.reset(AuditRecord.Verdict.Done);
        }
    }

    @Test
    void nothingButHowToLogInIsAnsweredWithoutALogin() {
        for (Row row : table()) {
            assertThat(send(given(), row).statusCode()).as(row.path()).isEqualTo(401);
            assertThat(send(given().header("X-Kpfleet-Actor", "adam"), row).statusCode())
                    .as(row.path())
                    .isEqualTo(401);
        }
        given().get("/api/v1/whoami").then().statusCode(401).body("code", equalTo("LoginRequired"));
        given().get("/q/dev").then().statusCode(401);
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("kpfleet_http_refused_total{code=\"LoginRequired\""));
        given().get("/api/v1/login")
                .then()
                .statusCode(200)
                .body("required", equalTo(true))
                .body("issuer", equalTo(issuer.uri().toString()))
                .body("clientId", equalTo(Issuer.COMMAND_LINE))
                .body("scopes", hasItem("offline_access"));
    }

    @Test
    void aTokenThatIsNotTakenIsNotAnybody() throws Exception {
        String good = issuer.token("adam");
        String[] parts = good.split("\\.");
        try (Issuer other = Issuer.start(0, InstantSource.system(), User.OF_EACH_ROLE);
                LoggedLines log = new LoggedLines(RefusedTokens.class.getName())) {
            List<String> tokens = List.of(
                    "nonsense",
                    good + "x",
                    parts[0] + "." + parts[1] + ".",
                    unsigned(parts[1]),
                    other.token("adam"),
                    issuer.token("adam", Json.MAPPER.readTree("{\"aud\": \"another-service\"}")),
                    issuer.token("adam", Json.MAPPER.readTree("{\"iss\": \"https://issuer.example\"}")),
                    issuer.token("adam", Json.MAPPER.readTree("{\"exp\": 1000000000}")),
                    issuer.token("adam", Json.MAPPER.readTree("{\"nbf\": 4000000000}")));
            for (String token : tokens) {
                given().auth()
                        .oauth2(token)
                        .get("/api/v1/fleet")
                        .then()
                        .statusCode(401)
                        .header("WWW-Authenticate", "Bearer")
                        .body("code", equalTo("TokenNotValid"));
            }
            assertThat(log.lines())
                    .hasSize(tokens.size())
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("a token from 127.0.0.1 is not taken: ")
                            .doesNotContain("nonsense", parts[1], parts[2]))
                    .anySatisfy(
                            line -> assertThat(line).contains("it has ended (subject ", " of issuer " + issuer.uri()))
                    .anySatisfy(line -> assertThat(line).contains("it is for another service (subject "));
        }
        given().auth().oauth2(good).get("/q/health/live").then().statusCode(200);
        given().auth().oauth2("nonsense").get("/q/metrics").then().statusCode(200);
    }

    private static String unsigned(String payload) {
        return Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + "." + payload + ".";
    }

    @Test
    void tokensOfNewKeysAreTakenWhileTheServiceRuns() {
        given().auth().oauth2(issuer.token("vera")).get("/api/v1/fleet").then().statusCode(200);
        issuer.rotateKeys();

        given().auth().oauth2(issuer.token("vera")).get("/api/v1/fleet").then().statusCode(200);
    }

    @Test
    void theAuditTrailHasTheSubjectOfTheTokenWhateverAHeaderSays() {
        given().auth()
                .oauth2(issuer.token("petra"))
                .header("X-Kpfleet-Actor", "adam")
                .contentType(ContentType.JSON)
                .body(DEV_CONFIG)
                .put("/api/v1/configs/dev")
                .then()
                .statusCode(200);

        assertThat(publisher.published.getFirst().asked().actor())
                .startsWith("petra@fleet.example (")
                .doesNotContain("adam");
    }

    @Test
    void aPublicationThatReachesBeyondTheBoundNamesTheClusters() {
        given().auth()
                .oauth2(issuer.token("petra"))
                .contentType(ContentType.JSON)
                .body(DEV_CONFIG.replace("{\"tags\": {\"matchLabels\": {\"env\": \"dev\"}}}", "{\"names\": [\"*\"]}"))
                .put("/api/v1/configs/dev")
                .then()
                .statusCode(403)
                .body("code", equalTo("NotPermitted"))
                .body("message", containsString("aks-prod"));
        given().auth()
                .oauth2(issuer.token("petra"))
                .contentType(ContentType.JSON)
                .body(config("prod", "dev"))
                .put("/api/v1/configs/prod")
                .then()
                .statusCode(403);
        assertThat(publisher.published).isEmpty();
    }

    @Test
    void whoHasPublishedDoesNotApprove() {
        String adam = Actors.of(caller("adam"));
        tell(view, byActor(of("dev"), adam));

        given().auth()
                .oauth2(issuer.token("adam"))
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/rollouts/dev.1/approve")
                .then()
                .statusCode(403)
                .body("code", equalTo("OwnPublication"));
        given().auth()
                .oauth2(issuer.token("anna"))
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/rollouts/dev.1/approve")
                .then()
                .statusCode(200);
    }

    private Caller caller(String user) {
        return given().auth().oauth2(issuer.token(user)).get("/api/v1/whoami").as(Caller.class);
    }

    /** For the clusters with this tag, now and later. */
    private static RolloutStatus of(String env) {
        Selector selector = new Selector(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Selector.Tags(Map.of("env", env), List.of()),
                null);
        return Fleet.with(
                rollout(env, 1, RolloutStatus.State.Running),
                new FleetConfig.Spec(
                        LEAST_CONNECTION,
                        selector,
                        0,
                        Strategy.DEFAULT,
                        FleetConfig.Drift.Report,
                        FleetConfig.NewClusters.Join),
                false);
    }

    private static RolloutStatus byActor(RolloutStatus rollout, String actor) {
        ObjectNode json = Json.MAPPER.valueToTree(rollout);
        json.put("actor", actor);
        return Json.MAPPER.convertValue(json, RolloutStatus.class);
    }

    @Test
    void aCallerIsToldWhoItIsAndWhatItMay() {
        given().auth()
                .oauth2(issuer.token("petra"))
                .get("/api/v1/whoami")
                .then()
                .statusCode(200)
                .body("login", equalTo(true))
                .body("name", equalTo("petra@fleet.example"))
                .body("grants", contains("publisher:env=dev"));
        given().auth()
                .oauth2(issuer.token("petra"))
                .get("/api/v1/access?action=publish&cluster=aks-prod")
                .then()
                .statusCode(200)
                .body("allowed", equalTo(false));
        given().auth()
                .oauth2(issuer.token("petra"))
                .get("/api/v1/access?action=publish&cluster=aks-dev")
                .then()
                .statusCode(200)
                .body("allowed", equalTo(true));
        given().auth()
                .oauth2(issuer.token("vera"))
                .get("/api/v1/access?action=fly")
                .then()
                .statusCode(400);
        given().auth()
                .oauth2(issuer.token("vera"))
                .get("/api/v1/permissions")
                .then()
                .statusCode(200)
                .body("findAll { it.allowed }.action", contains("view"));
        given().auth()
                .oauth2(issuer.token(WithLogin.IN_MANY_GROUPS))
                .get("/api/v1/whoami")
                .then()
                .statusCode(200)
                .body("grants", equalTo(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/?rollout=prod.1"})
    void aBrowserIsSentToTheIssuer(String page) {
        given().redirects()
                .follow(false)
                .header("Accept", "text/html")
                .get(page)
                .then()
                .statusCode(302)
                .header("Location", containsString("/oauth2/v2.0/authorize?response_type=code"))
                .header("Location", containsString("code_challenge_method=S256"));
    }

    /** It would show the page that it has, and never hear of the login. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html"})
    void aBrowserThatHasKeptThePageIsSentThereToo(String page) {
        String kept = given().auth().oauth2(issuer.token("vera")).get(page).header("ETag");

        given().redirects()
                .follow(false)
                .header("Accept", "text/html")
                .header("If-None-Match", kept)
                .get(page)
                .then()
                .statusCode(302);
    }

    private static Response send(RequestSpecification request, Row row) {
        return (row.body().isEmpty()
                        ? request
                        : request.contentType(ContentType.JSON).body(row.body()))
                .request(row.method(), row.path());
    }

    private static String config(String name, String env) {
        return """
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "%s"},
                 "spec": {"kubeProxy": {"mode": "IPVS"}, "selector": {"tags": {"matchLabels": {"env": "%s"}}}}}\
                """.formatted(name, env);
    }

    private static Change.Cluster tagged(Change.Cluster change, String env) {
        ObjectNode json = Json.MAPPER.valueToTree(change.cluster());
        json.putObject("tags").put("env", env);
        return new Change.Cluster(change.id(), Json.MAPPER.convertValue(json, ClusterRecord.class));
    }
}
