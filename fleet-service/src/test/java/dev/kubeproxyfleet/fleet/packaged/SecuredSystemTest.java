package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.kafka.GuardedTopics;
import dev.kubeproxyfleet.fleet.kafka.Party;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker.Use;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.User;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.sandbox.FleetServiceProcess;
import dev.kubeproxyfleet.testing.Secrets;
import dev.kubeproxyfleet.testing.Secrets.Find;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole system guarded as in production: people log in, clients of Kafka come by TLS and password and have the rights of
 * {@code deploy/kafka}, and only agents count that prove whose nodes they are. While a rollout runs, somebody with an agent's
 * credentials tries more than is an agent's, a publisher of Kafka more than is granted there, and the certificate of Kafka expires and is
 * replaced.
 */
class SecuredSystemTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String ROLLOUT = "prod-ipvs.1";
    private static final String SESSION_SECRET = UUID.randomUUID().toString();
    private static final List<User> PEOPLE = List.of(
            new User("vera", "Vera Viewer", List.of("viewer"), List.of()),
            new User("petra", "Petra Publisher", List.of("publisher:env=prod"), List.of()),
            new User("anna", "Anna Approver", List.of("approver"), List.of()));
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                gate: { signals: "Off" }
                stages:
                  - { name: canary, size: 1, approval: after }
                  - { name: rest, maxConcurrent: 10 }
            """;

    @TempDir
    Path folder;

    private final Secrets secrets = new Secrets();
    private final Map<String, String> tokens = new LinkedHashMap<>();

    private final List<Find> shown = new ArrayList<>();
    private final URI elsewhere = WholeSystem.freeAddress();

    SecuredSystemTest() throws IOException {}

    @Test
    void eachDoesWhatIsTheirsWhileARolloutRunsAndNoSecretIsShown() throws Exception {
        try (Logged logged = new Logged();
                Issuer issuer = Issuer.start(0, InstantSource.system(), PEOPLE);
                GuardedBroker broker = GuardedTopics.start(folder.resolve("broker"));
                WholeSystem system = WholeSystem.guarded(folder, login(issuer), kafka(broker));
                FleetServiceProcess second = byCertificate(system, broker);
                Answers answers = new Answers(system.address);
                RogueAgent rogue = new RogueAgent(broker.tlsClient(Party.AGENT.user()))) {
            second.start();
            second.awaitReady(PATIENCE);
            issuer.addRedirect(system.address.resolve("login").toString());
            PEOPLE.forEach(person -> tokens.put(person.name(), issuer.token(person.name())));
            answers.logIn("vera");
            for (URI replica : List.of(system.address, elsewhere)) {
                assertThat(answers.browse(replica.resolve("api/v1/whoami").toString())
                                .body())
                        .as("the session at " + replica)
                        .contains("vera@fleet.example");
            }
            var stream = answers.stream("api/v1/events", token("vera"), folder.resolve("events"));

            Process watch = aViewerWatchesWhatAPublisherPublishes(system);
            aRogueAgentChangesNothing(broker, system, rogue, answers);
            aRoguePublisherIsRefused(broker, rogue);
            whoPublishesByKafkaDoesWhatIsGrantedThere(broker, answers);
            await("the canary is to be approved")
                    .atMost(PATIENCE)
                    .until(() -> rollout(answers)
                            .at("/rollout/stages/0/state")
                            .asText()
                            .equals("AwaitingApproval"));
            whoHasPublishedDoesNotApproveAndAnotherPersonDoes(system);
            theCertificateOfKafkaExpiresAndIsReplaced(broker, system);
            assertThat(watch.waitFor()).as("exit code of who watched").isZero();
            everyNodeCounts(answers);

            badRequests(answers);
            listThreads(system);
            tell(broker, system, answers);
            shown.addAll(secrets.inCommandLines(processes()));
            stream.cancel(true);
            lookThrough(system, answers, logged);
        }
        assertThat(shown).as("secrets that were shown").isEmpty();
    }

    /** Who watches is still there. */
    private static Stream<ProcessHandle> processes() {
        return Stream.concat(
                Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants());
    }

    private Process aViewerWatchesWhatAPublisherPublishes(WholeSystem system) throws Exception {
        Path file = Files.writeString(folder.resolve("prod-ipvs.yaml"), CONFIG);
        Person.Ended refused = person("vera", system).does("apply", "-f", file.toString());
        assertThat(refused.code()).as(refused.output()).isEqualTo(3);
        assertThat(refused.output()).contains("[NotPermitted]");

        Person.Ended published = person("petra", system).does("apply", "-f", file.toString());
        assertThat(published.code()).as(published.output()).isZero();
        return person("vera", system).begins(folder.resolve("watch"), "get", "rollout", "prod-ipvs", "-w");
    }

    /** As the agent of one node, it speaks for another cluster and for another node of its own. */
    private void aRogueAgentChangesNothing(GuardedBroker broker, WholeSystem system, RogueAgent rogue, Answers answers)
            throws Exception {
        List<SimulatedNode> prod = system.nodes().stream()
                .filter(node -> node.cluster().contains("/prod-"))
                .toList();
        SimulatedNode own = prod.getFirst();
        SimulatedNode neighbour = prod.stream()
                .filter(node -> node.cluster().equals(own.cluster()) && !node.equals(own))
                .findFirst()
                .orElseThrow();
        SimulatedNode victim = prod.getLast();
        NodeStats heard =
                RogueAgent.heardOf(Map.of("bootstrap.servers", broker.openServers()), victim.cluster(), victim.name());
        NodeStats heardBeside = RogueAgent.heardOf(
                Map.of("bootstrap.servers", broker.openServers()), neighbour.cluster(), neighbour.name());
        String ownToken = system.azure.agentToken(own.cluster(), own.name()).orElseThrow();
        String old = system.azure
                .agentToken(victim.cluster(), victim.name(), Instant.now().minus(Duration.ofHours(2)))
                .orElseThrow();
        secrets.addToken("a token that has expired", old);

        rogue.tells(heard, Optional.empty());
        rogue.tells(heard, Optional.of(ownToken));
        rogue.tells(heard, Optional.of(old));
        rogue.tells(heard, Optional.of("nonsense"));
        rogue.tells(
                heard,
                Optional.of(old.substring(0, old.lastIndexOf('.')) + ownToken.substring(ownToken.lastIndexOf('.'))));
        rogue.tells(heardBeside, Optional.of(ownToken));

        for (TokenReason reason : List.of(
                TokenReason.NoToken,
                TokenReason.TokenOfOtherIssuer,
                TokenReason.TokenExpired,
                TokenReason.TokenUnreadable,
                TokenReason.TokenForged,
                TokenReason.TokenOfOtherNode)) {
            await("a snapshot is left out because of " + reason)
                    .atMost(PATIENCE)
                    .until(() -> metrics(system)
                            .anyMatch(line -> line.startsWith("kpfleet_health_tokens_total")
                                    && line.contains("\"" + reason.code() + "\"")
                                    && !line.endsWith(" 0.0")));
        }
        JsonNode agents = answers.read("api/v1/agents", token("vera"));
        assertThat(agents.at("/versions").properties())
                .isNotEmpty()
                .noneMatch(version -> version.getKey().equals(RogueAgent.VERSION));
    }

    /** With the same credentials it asks for rollouts, commands them, tells the worker what to do, and the controller what was done. */
    private static void aRoguePublisherIsRefused(GuardedBroker broker, RogueAgent rogue) {
        List<Topic> foreign =
                List.of(Topic.DESIRED, Topic.COMMANDS, Topic.OPERATIONS, Topic.OUTCOMES, Topic.NEW_CLUSTERS);
        for (Topic topic : foreign) {
            assertThatThrownBy(() -> rogue.writes(topic, "prod-ipvs", CONFIG))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThatThrownBy(rogue::reads).isInstanceOf(TopicAuthorizationException.class);
        assertThat(broker.uses())
                .filteredOn(use -> use.user().equals(Party.AGENT.user()) && use.allowed())
                .extracting(Use::resource)
                .containsOnly(Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX));
    }

    /** Whoever may write to {@code desired} may publish for {@code env=dev} there, and is nobody whom the service knows. */
    private void whoPublishesByKafkaDoesWhatIsGrantedThere(GuardedBroker broker, Answers answers) throws Exception {
        Map<String, List<String>> expected = KafkaPublisher.tries(broker, CONFIG);
        await("each is answered")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answered(answers)).containsAllEntriesOf(expected));
    }

    /** Code and author of the last answer to each event. */
    private Map<String, List<String>> answered(Answers answers) throws Exception {
        Map<String, List<String>> answered = new HashMap<>();
        answers.read("api/v1/audit", token("vera"))
                .forEach(audit -> answered.putIfAbsent(
                        audit.path("requestId").asText(),
                        List.of(audit.path("code").asText(), audit.path("actor").asText())));
        return answered;
    }

    private void whoHasPublishedDoesNotApproveAndAnotherPersonDoes(WholeSystem system) throws Exception {
        Person.Ended own = person("petra", system).does("approve", "prod-ipvs");
        assertThat(own.code()).as(own.output()).isEqualTo(3);
        Person.Ended other = person("anna", system).does("approve", "prod-ipvs");
        assertThat(other.code()).as(other.output()).isZero();
    }

    /**
     * A replica that starts meanwhile waits, and goes on with the new certificate without a new start. The other one, which was connected
     * before, takes over.
     */
    private static void theCertificateOfKafkaExpiresAndIsReplaced(GuardedBroker broker, WholeSystem system)
            throws Exception {
        broker.replaceCertificate(Instant.now().minus(Duration.ofMinutes(1)));
        await("an expired certificate is refused")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThatThrownBy(() -> connect(broker)).hasCauseInstanceOf(SslAuthenticationException.class));
        system.service.kill();
        await("a service that trusts no expired certificate")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> system.health("ready").contains("DOWN"));
        broker.replaceCertificate(Instant.now().plus(Duration.ofHours(1)));
        await("the new certificate is taken")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> connect(broker));
        system.awaitReady();
    }

    private static void connect(GuardedBroker broker) throws Exception {
        try (Admin admin = Admin.create(new HashMap<>(broker.tlsClient(Party.READER.user())))) {
            admin.describeCluster().clusterId().get();
        }
    }

    private void everyNodeCounts(Answers answers) throws Exception {
        JsonNode clusters = rollout(answers).at("/clusters");
        assertThat(clusters)
                .isNotEmpty()
                .allSatisfy(cluster -> assertThat(cluster.at("/state").asText()).isEqualTo("Converged"));
        assertThat(answers.read("api/v1/audit", token("vera")).toString())
                .contains("petra@fleet.example", "anna@fleet.example")
                .doesNotContain(RogueAgent.VERSION);
    }

    /** Lines of both replicas: each counts what it folds. */
    private Stream<String> metrics(WholeSystem system) throws Exception {
        return (system.metrics(system.address) + system.metrics(elsewhere)).lines();
    }

    private JsonNode rollout(Answers answers) throws Exception {
        return answers.read("api/v1/rollouts/" + ROLLOUT, token("vera"));
    }

    /** Each with a secret on it, which the answer and the log could repeat. */
    private void badRequests(Answers answers) throws Exception {
        String petra = token("petra");
        String[] login = {"Authorization", "Bearer " + petra};
        String[] json = {"Authorization", "Bearer " + petra, "Content-Type", "application/json"};
        for (String path : List.of(
                "",
                "api/v1/login",
                "api/v1/whoami",
                "api/v1/agents",
                "api/v1/audit",
                "api/v1/configs",
                "api/v1/clusters",
                "api/v1/rollouts",
                "api/v1/rollouts/none",
                "api/v1/nothing",
                "q/openapi",
                "q/health",
                "q/metrics",
                "api/v1/clusters?limit=many",
                "api/v1/explain")) {
            answers.ask("GET", path, "", login);
            answers.ask("GET", path, "", "Authorization", "Bearer " + petra + "x", "Accept", "text/html");
            answers.ask("GET", path, "", "Authorization", "Basic " + petra, "Cookie", "q_session=" + petra);
            answers.browse(path);
        }
        answers.ask("PUT", "api/v1/configs/prod-ipvs", "{\"spec\": [", json);
        answers.ask("PUT", "api/v1/configs/prod-ipvs", "a: &a [*a, *a]", login);
        answers.ask("PUT", "api/v1/configs/prod-ipvs", "x".repeat(2_000_000), json);
        answers.ask("POST", "api/v1/rollouts/" + ROLLOUT + "/fly", "{}", json);
        answers.ask("POST", "api/v1/rollouts/" + ROLLOUT + "/approve", "[[[[", json);
        answers.ask("DELETE", "api/v1/rollouts/" + ROLLOUT, "", login);
        answers.ask("POST", "login?code=wrong&state=wrong", "", login);
        answers.browse("login?code=wrong&state=wrong");
        assertThat(answers.all().values()).noneMatch(answer -> answer.contains("\tat java."));
    }

    private void listThreads(WholeSystem system) throws Exception {
        new ProcessBuilder("kill", "-QUIT", Long.toString(system.service.pid()))
                .start()
                .waitFor();
        await("threads are listed in the log")
                .atMost(PATIENCE)
                .until(() ->
                        Files.readString(folder.resolve("fleet-service.log")).contains("Full thread dump"));
    }

    /** Tells the checker of all that was secret. */
    private void tell(GuardedBroker broker, WholeSystem system, Answers answers) {
        Stream.of(Party.values())
                .forEach(party -> secrets.add("the password of " + party, broker.password(party.user())));
        broker.privateKeys().forEach(key -> secrets.addPem("a key of Kafka's certificates", key));
        secrets.add("the secret of the page", Issuer.WEB_SECRET);
        secrets.add("the secret of sessions", SESSION_SECRET);
        tokens.forEach((name, token) -> secrets.addToken("the token of " + name, token));
        answers.cookies().forEach((name, value) -> secrets.add("the cookie " + name, value));
        system.nodes()
                .forEach(node -> system.azure
                        .agentToken(node.cluster(), node.name())
                        .ifPresent(token -> secrets.addToken("the token of " + node.name(), token)));
    }

    private void lookThrough(WholeSystem system, Answers answers, Logged logged) throws Exception {
        assertThat(secrets.in("settings", Files.readString(folder.resolve("fleet-service.properties"))))
                .as("what the service is given is what is looked for")
                .extracting(Find::secret)
                .contains("the password of SERVICE", "the secret of the page", "the secret of sessions");
        shown.addAll(secrets.inFolder(
                folder,
                file -> file.startsWith("broker")
                        || file.endsWith("fleet-service.properties")
                        || file.toString().endsWith(".token")));
        answers.all().forEach((name, answer) -> shown.addAll(secrets.in(name, answer)));
        shown.addAll(secrets.in("metrics", metrics(system).collect(Collectors.joining("\n"))));
        shown.addAll(secrets.in("health", system.health("ready")));
        shown.addAll(secrets.in("the log of Kafka, agents and simulators", logged.text()));
    }

    private String token(String person) {
        return Objects.requireNonNull(tokens.get(person));
    }

    private Person person(String name, WholeSystem system) throws Exception {
        return Person.of(name, token(name), folder, system.address);
    }

    private static Map<String, String> login(Issuer issuer) {
        Map<String, String> settings = new HashMap<>(issuer.settings());
        settings.put("kpfleet.access.session-secret", SESSION_SECRET);
        settings.put("kpfleet.access.kafka-grants.desired", "publisher:env=dev");
        settings.put("kpfleet.agents.believe", "proven");
        settings.put("quarkus.log.category.\"dev.kubeproxyfleet\".level", "DEBUG");
        return settings;
    }

    /** A second replica, which comes to Kafka by a certificate in place of a password. */
    private FleetServiceProcess byCertificate(WholeSystem system, GuardedBroker broker) throws Exception {
        Map<String, String> own = WholeSystem.Kafka.settings(broker.certificateClient(Party.SERVICE.user()));
        return system.process(
                WholeSystem.packaged(), Files.createDirectories(folder.resolve("second")), elsewhere, own);
    }

    private static WholeSystem.Kafka kafka(GuardedBroker broker) {
        Map<String, String> service = WholeSystem.Kafka.settings(broker.tlsClient(Party.SERVICE.user()));
        service.put("kpfleet.kafka.create-topics", "false");
        return new WholeSystem.Kafka(() -> {}, broker.openServers(), service, broker.tlsClient(Party.AGENT.user()));
    }
}
