package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Finding.Status;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the check says of a real broker with the topics and rights of {@code deploy/kafka}, and of none. */
@SuppressWarnings("NullAway.Init")
class KafkaPartIT {

    @TempDir
    static Path folder;

    private static GuardedBroker broker;
    private static Admin everything;

    @BeforeAll
    static void start() throws Exception {
        broker = GuardedTopics.start(folder.resolve("broker"));
        everything = Admin.create(Map.of("bootstrap.servers", broker.openServers()));
    }

    @AfterAll
    static void stop() {
        everything.close();
        broker.close();
    }

    @Test
    void nothingIsMissingWhereTheFilesWereApplied() throws Exception {
        Set<String> before = everything.listTopics().names().get();
        await().untilAsserted(() -> {
            List<Finding> found = look(Party.SERVICE, Map.of());
            assertThat(texts(found, Status.MISSING)).isEmpty();
            assertThat(texts(found, Status.OK))
                    .contains(
                            "Kafka at " + broker.bootstrapServers() + " answers",
                            "topic kubeproxy.desired with 1 partition, and the rights to Read, Write, DescribeConfigs",
                            "topic kubeproxy.health-nodes-changelog with 6 partitions, and the rights to Read, Write");
            assertThat(texts(found, Status.UNKNOWN))
                    .as("what only shows once the service has worked")
                    .hasSize(ServiceRights.GROUPS.size() + 1)
                    .anySatisfy(text -> assertThat(text).startsWith("group kubeproxy.controller is not there yet"))
                    .anySatisfy(text ->
                            assertThat(text).startsWith("transactions whose ids begin with kubeproxy.controller-"));
        });
        assertThat(everything.listTopics().names().get()).isEqualTo(before);
        assertThat(broker.uses())
                .filteredOn(use -> use.user().equals(Party.SERVICE.user()) && !use.allowed())
                .as("no refusal in the broker's log")
                .isEmpty();
    }

    @Test
    void aTopicThatIsMissingIsToldWithTheCommandThatCreatesIt() throws Exception {
        String name = "kubeproxy.audit";
        everything.deleteTopics(List.of(name)).all().get();
        try {
            await().untilAsserted(() -> assertThat(texts(look(Party.SERVICE, Map.of()), Status.MISSING))
                    .singleElement()
                    .asString()
                    .contains("topic kubeproxy.audit is missing; create it with: kafka-topics.sh --create --topic "
                            + name));
        } finally {
            GuardedTopics.create(everything, name);
        }
    }

    @Test
    void aTopicWithAnotherCleanupPolicyIsTold() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "kubeproxy.rollouts");
        try {
            set(topic, AlterConfigOp.OpType.SET, "delete");
            await().untilAsserted(() -> assertThat(texts(look(Party.SERVICE, Map.of()), Status.MISSING))
                    .singleElement()
                    .asString()
                    .contains(
                            "kubeproxy.rollouts has cleanup.policy=delete but must have compact", "kafka-configs.sh"));
        } finally {
            set(topic, AlterConfigOp.OpType.SET, "compact");
        }
    }

    @Test
    void aTopicThatNothingCanBeWrittenToIsTold() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "kubeproxy.configs");
        var two = new AlterConfigOp(new ConfigEntry("min.insync.replicas", "2"), AlterConfigOp.OpType.SET);
        var again = new AlterConfigOp(new ConfigEntry("min.insync.replicas", ""), AlterConfigOp.OpType.DELETE);
        try {
            everything
                    .incrementalAlterConfigs(Map.of(topic, List.of(two)))
                    .all()
                    .get();
            await().untilAsserted(() -> assertThat(texts(look(Party.SERVICE, Map.of()), Status.MISSING))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "topic kubeproxy.configs has 1 replica, and min.insync.replicas=2 keeps everything from"));
        } finally {
            everything
                    .incrementalAlterConfigs(Map.of(topic, List.of(again)))
                    .all()
                    .get();
        }
    }

    @Test
    void aRightThatIsMissingIsToldWithTheCommandThatGivesIt() throws Exception {
        var right = GuardedTopics.acls(Party.SERVICE)
                .filter(acl -> acl.pattern().name().equals("kubeproxy.operations")
                        && acl.entry().operation() == AclOperation.WRITE)
                .findFirst()
                .orElseThrow();
        everything.deleteAcls(List.of(right.toFilter())).all().get();
        try {
            await().untilAsserted(() -> assertThat(texts(look(Party.SERVICE, Map.of()), Status.MISSING))
                    .containsExactly(
                            "topic kubeproxy.operations: the service has no right to Write; give it to its user"
                                    + " with: kafka-acls.sh --add --operation Write --topic kubeproxy.operations --allow-principal"
                                    + " User:<name>"));
        } finally {
            everything.createAcls(List.of(right)).all().get();
        }
    }

    @Test
    void anotherUserLacksWhatTheServiceNeeds() {
        await().untilAsserted(() -> {
            List<String> missing = texts(look(Party.READER, Map.of()), Status.MISSING);
            assertThat(missing)
                    .anySatisfy(text -> assertThat(text)
                            .startsWith("topic kubeproxy.audit: the service has no right to Write, DescribeConfigs"))
                    .anySatisfy(text -> assertThat(text)
                            .startsWith(
                                    "topic kubeproxy.desired is missing, or the service has no right to Describe it"))
                    .anySatisfy(text -> assertThat(text)
                            .startsWith("group kubeproxy.controller: the service has no right to Read in it"))
                    .anySatisfy(
                            text -> assertThat(text)
                                    .startsWith(
                                            "transactions whose ids begin with kubeproxy.controller-: the service has no right"));
        });
    }

    @Test
    void topicsThatTheServiceWouldCreateAreNotCreated() throws Exception {
        List<Finding> found = look(Map.of(
                "kafka.bootstrap.servers", broker.openServers(),
                "kpfleet.kafka.topic-prefix", "other.",
                "kpfleet.kafka.create-topics", "true"));

        assertThat(texts(found, Status.MISSING)).isEmpty();
        assertThat(texts(found, Status.OK)).contains("topic other.desired is not there yet; the service may create it");
        assertThat(everything.listTopics().names().get()).noneMatch(name -> name.startsWith("other."));
        assertThat(texts(look(Party.SERVICE, Map.of("kpfleet.kafka.topic-prefix", "other.")), Status.MISSING))
                .anySatisfy(
                        text -> assertThat(text).startsWith("topic other.desired is missing, or the service has no"));
    }

    @Test
    void tooManyReplicasAreToldBeforeTheStart() throws Exception {
        assertThat(texts(
                        look(Map.of(
                                "kafka.bootstrap.servers", broker.openServers(),
                                "kpfleet.kafka.topic-prefix", "other.",
                                "kpfleet.kafka.replication-factor", "3")),
                        Status.MISSING))
                .anySatisfy(text -> assertThat(text)
                        .startsWith("topic other.desired is missing, and Kafka would not create it (")
                        .contains("replication factor"));
    }

    @Test
    void aWrongPasswordIsNotShown() throws Exception {
        Map<String, String> client = broker.client(Party.SERVICE.user());
        client.replaceAll((_, value) -> value.replace(broker.password(Party.SERVICE.user()), "hunter2"));

        List<Finding> found = look(settings(client, broker.bootstrapServers()));

        assertThat(texts(found, Status.MISSING))
                .singleElement()
                .asString()
                .startsWith("Kafka at " + broker.bootstrapServers() + ": the sign-in was refused (");
        assertThat(texts(found, Status.UNKNOWN))
                .containsExactly("topics and rights in Kafka: no broker has answered that could tell");
        assertThat(found.toString()).doesNotContain("hunter2");
    }

    @Test
    void aPasswordThatCannotBeReadIsNotShown() throws Exception {
        Map<String, String> client = broker.client(Party.SERVICE.user());
        client.put("sasl.jaas.config", "ScramLoginModule required username=me password=hunter two;");

        List<Finding> found = look(settings(client, broker.bootstrapServers()));

        assertThat(texts(found, Status.INVALID))
                .containsExactly("kpfleet.kafka.client: sasl.jaas.config is not as Kafka reads it");
        assertThat(found.toString()).doesNotContain("hunter", "two");
    }

    @Test
    void eachAddressThatLeadsNowhereIsToldWithTheReason() throws Exception {
        String closed = "127.0.0.1:" + closedPort();

        List<Finding> found = look(
                Map.of("kafka.bootstrap.servers", closed + ",no-such-host.invalid:9092,kafka," + broker.openServers()));

        assertThat(texts(found, Status.MISSING))
                .containsExactlyInAnyOrder(
                        "Kafka at " + closed + ": the connection was refused, so that nothing listens there; correct"
                                + " kpfleet.kafka.bootstrap-servers if Kafka is elsewhere",
                        "Kafka at no-such-host.invalid:9092: the name no-such-host.invalid cannot be resolved; correct"
                                + " kpfleet.kafka.bootstrap-servers if Kafka is elsewhere");
        assertThat(texts(found, Status.INVALID))
                .containsExactly("kpfleet.kafka.bootstrap-servers has kafka, which is no host:port");
        assertThat(texts(found, Status.OK)).contains("Kafka at " + broker.openServers() + " answers");
    }

    @Test
    void aFolderThatIsAFileIsNoFolder() throws Exception {
        Path file = folder.resolve("a-file");
        java.nio.file.Files.writeString(file, "");

        assertThat(StateFolderFinding.look(file.resolve("streams")))
                .isEqualTo(Finding.missing("folder for the state " + file + "/streams: " + file
                        + " is no folder; set kpfleet.kafka.state-dir to another one"));
        assertThat(StateFolderFinding.look(folder.resolve("not/yet/there")).status())
                .isEqualTo(Status.OK);
        assertThat(folder.resolve("not")).doesNotExist();
    }

    @Test
    void aTopicWithMorePartitionsThanItsOrderBearsIsTold() throws Exception {
        everything
                .createTopics(List.of(
                        new NewTopic("many.desired", 3, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();

        await().untilAsserted(() -> assertThat(texts(
                        look(Map.of(
                                "kafka.bootstrap.servers",
                                broker.openServers(),
                                "kpfleet.kafka.topic-prefix",
                                "many.")),
                        Status.MISSING))
                .singleElement()
                .asString()
                .contains("many.desired has 3 partitions but must have 1"));
    }

    private static void set(ConfigResource topic, AlterConfigOp.OpType how, String policy) throws Exception {
        everything
                .incrementalAlterConfigs(
                        Map.of(topic, List.of(new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), how))))
                .all()
                .get();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static List<Finding> look(Party party, Map<String, String> more) throws InterruptedException {
        Map<String, String> settings = settings(broker.client(party.user()), broker.bootstrapServers());
        settings.put("kpfleet.kafka.create-topics", "false");
        settings.putAll(more);
        return look(settings);
    }

    private static Map<String, String> settings(Map<String, String> client, String brokers) {
        Map<String, String> settings = new HashMap<>(Map.of("kafka.bootstrap.servers", brokers));
        client.forEach((name, value) -> settings.put("kpfleet.kafka.client." + name, value));
        return settings;
    }

    private static List<Finding> look(Map<String, String> given) throws InterruptedException {
        KafkaSettings settings = KafkaClientsOf.kafka(given);
        List<Finding> found = new ArrayList<>();
        new KafkaPart(new KafkaClients(settings), settings, () -> KafkaFiles.topologies(settings.topicPrefix()))
                .look(found::add);
        return found;
    }

    private static List<String> texts(List<Finding> found, Status status) {
        return found.stream()
                .filter(finding -> finding.status() == status)
                .map(Finding::text)
                .toList();
    }
}
