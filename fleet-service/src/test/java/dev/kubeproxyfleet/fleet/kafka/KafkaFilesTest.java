package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.nodepool.ProcessRoles;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaFilesTest {

    private static final Path FOLDER = Path.of(System.getProperty("project.root", ".."), "deploy", "kafka");
    private static final Path MADE = Path.of("target", "deploy", "kafka");

    private static final StrictObjects STRIMZI = new StrictObjects(Map.of(
            "Kafka", Kafka.class,
            "KafkaNodePool", KafkaNodePool.class,
            "KafkaTopic", KafkaTopic.class,
            "KafkaUser", KafkaUser.class));

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"strimzi/topics.yaml", "strimzi/users.yaml", "topics-and-rights.sh", "terraform/main.tf"})
    void aFileIsWhatTheCatalogueMakesOfIt(String name) throws IOException {
        String made = KafkaFiles.all().get(name);
        Path left = MADE.resolve(name);
        Files.createDirectories(left.getParent());
        Files.writeString(left, made);

        assertThat(FOLDER.resolve(name))
                .as("if the catalogue was changed on purpose: cp fleet-service/%s deploy/kafka/%s", left, name)
                .hasContent(made);
    }

    @Test
    void everyTopicHasTheNamesOfTheSettingsThatKafkaKnows() throws Exception {
        List<String> known = Arrays.stream(TopicConfig.class.getFields())
                .filter(field -> field.getName().endsWith("_CONFIG"))
                .map(KafkaFilesTest::constant)
                .toList();

        assertThat(objects("topics.yaml"))
                .hasSize(Topic.values().length + KafkaFiles.changelogs().size())
                .allSatisfy(object -> assertThat(object).isInstanceOfSatisfying(KafkaTopic.class, topic -> {
                    assertThat(topic.getSpec().getConfig())
                            .containsEntry("min.insync.replicas", "2")
                            .containsKey("cleanup.policy");
                    assertThat(known).containsAll(topic.getSpec().getConfig().keySet());
                    assertThat(topic.getSpec().getReplicas()).isEqualTo(3);
                }))
                .extracting(object -> object.getMetadata().getName())
                .contains(
                        "kubeproxy.node-stats",
                        "kubeproxy.controller-rollouts-changelog",
                        "kubeproxy.health-nodes-changelog")
                .doesNotHaveDuplicates();
    }

    @Test
    void changelogsHaveAPartitionForEachTask() {
        assertThat(KafkaFiles.changelogs())
                .isNotEmpty()
                .allSatisfy(changelog -> assertThat(changelog.partitions())
                        .as(changelog.name())
                        .isEqualTo(changelog.name().startsWith("kubeproxy.health-") ? 6 : 1));
    }

    @Test
    void strimziReadsEveryOperationAndResourceOfEveryUser() throws IOException {
        assertThat(objects("users.yaml")).hasSize(Party.values().length).allSatisfy(object -> {
            KafkaUser user = (KafkaUser) object;
            assertThat(user.getSpec().getAuthorization())
                    .isInstanceOfSatisfying(
                            KafkaUserAuthorizationSimple.class,
                            rights -> assertThat(rights.getAcls()).isNotEmpty().allSatisfy(KafkaFilesTest::isWhole));
        });
    }

    private static void isWhole(AclRule rule) {
        assertThat(rule.getOperations()).isNotEmpty().doesNotContainNull();
        assertThat(rule.getResource()).isNotNull();
    }

    @Test
    void theClusterKeepsEachRecordOnTwoNodesAndLetsNobodyInWithoutAName() throws IOException {
        List<HasMetadata> objects = objects("kafka.yaml");

        assertThat(objects).hasSize(2);
        KafkaNodePool nodes = (KafkaNodePool) objects.getFirst();
        assertThat(nodes.getSpec().getReplicas()).isEqualTo(3);
        assertThat(nodes.getSpec().getRoles()).containsExactly(ProcessRoles.CONTROLLER, ProcessRoles.BROKER);
        Kafka kafka = (Kafka) objects.getLast();
        assertThat(kafka.getSpec().getKafka().getConfig())
                .containsEntry("min.insync.replicas", 2)
                .containsEntry("transaction.state.log.min.isr", 2)
                .containsEntry("auto.create.topics.enable", false);
        assertThat(kafka.getSpec().getKafka().getAuthorization().getType()).isEqualTo("simple");
        assertThat(kafka.getSpec().getKafka().getListeners()).hasSize(2).allSatisfy(listener -> {
            assertThat(listener.isTls()).isTrue();
            assertThat(listener.getAuth().getType()).isEqualTo("scram-sha-512");
        });
    }

    @Test
    void theScriptGivesKafkasToolsWhatTheyTake() throws Exception {
        Path calls = folder.resolve("calls");
        for (String tool : List.of("kafka-topics.sh", "kafka-acls.sh")) {
            Path stub = Files.writeString(folder.resolve(tool), "#!/bin/sh\necho \"${0##*/} $*\" >> " + calls + "\n");
            assertThat(stub.toFile().setExecutable(true)).isTrue();
        }
        ProcessBuilder script = new ProcessBuilder(
                "sh", FOLDER.resolve("topics-and-rights.sh").toString(), "b:9092", "client.properties");
        script.environment().merge("PATH", folder.toString(), (path, tools) -> tools + ":" + path);
        Process run = script.redirectErrorStream(true).start();

        assertThat(run.inputReader().lines()).isEmpty();
        assertThat(run.waitFor()).isZero();
        assertThat(Files.readAllLines(calls))
                .hasSize(KafkaFiles.topics().size()
                        + Arrays.stream(Party.values())
                                .mapToInt(party -> KafkaFiles.rights(party).size())
                                .sum())
                .contains(
                        "kafka-topics.sh --bootstrap-server b:9092 --command-config client.properties --create"
                                + " --if-not-exists --topic kubeproxy.clusters --partitions 6 --replication-factor 3"
                                + " --config cleanup.policy=compact --config min.insync.replicas=2",
                        "kafka-acls.sh --bootstrap-server b:9092 --command-config client.properties --add"
                                + " --allow-principal User:kubeproxy-fleet-service --operation Write"
                                + " --transactional-id kubeproxy.controller- --resource-pattern-type prefixed");
    }

    private static List<HasMetadata> objects(String file) throws IOException {
        return STRIMZI.all(Files.readString(FOLDER.resolve("strimzi").resolve(file)));
    }

    private static String constant(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
