package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.controller.ControllerTopology;
import dev.kubeproxyfleet.fleet.health.HealthCounters;
import dev.kubeproxyfleet.fleet.health.HealthTopology;
import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TestIssuer;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.streams.Topology;

/** The files of {@code deploy/kafka} that tell topics and rights, made from the catalogue of topics and from {@link Party}. */
public final class KafkaFiles {

    public static final String PREFIX = Topic.DEFAULT_PREFIX;

    private static final String MADE = "# Made from the catalogue of topics and rights; KafkaFilesTest compares.\n";
    private static final String CLUSTER = "kubeproxy-fleet";
    /** The default of {@code kpfleet.kafka.partitions}. */
    static final int MANY = 6;

    private static final int REPLICAS = 3;
    private static final Map<String, String> EVERYWHERE = Map.of("min.insync.replicas", "2");

    private KafkaFiles() {}

    /** Contents by name of the file in {@code deploy/kafka}. */
    static Map<String, String> all() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("strimzi/topics.yaml", strimziTopics());
        files.put("strimzi/users.yaml", strimziUsers());
        files.put("topics-and-rights.sh", script());
        files.put("terraform/main.tf", terraform());
        return files;
    }

    /** Every topic that has to be there before a service may do without the right to create any. */
    public static List<NeededTopic> topics() {
        return Stream.concat(
                        Arrays.stream(Topic.values()).map(topic -> NeededTopic.of(topic, PREFIX, MANY)),
                        changelogs().stream())
                .toList();
    }

    static List<NeededTopic> changelogs() {
        return new TreeMap<>(topologies(PREFIX))
                .entrySet().stream()
                        .flatMap(application ->
                                Changelogs.of(application.getKey(), application.getValue(), KafkaFiles::partitions)
                                        .stream())
                        .toList();
    }

    /** The service's applications, by id. */
    static Map<String, Topology> topologies(String prefix) {
        Function<Topic, String> names = topic -> topic.name(prefix);
        Duration any = Duration.ofSeconds(10);
        return Map.of(
                prefix + "controller",
                ControllerTopology.build(
                        names, new ControllerTopology.Timing(any, any), Strategy.defaultWithBake(any), () -> "id"),
                prefix + "health",
                HealthTopology.build(
                        names,
                        InstantSource.system(),
                        any,
                        any,
                        new HealthCounters(),
                        TestIssuer.judge(),
                        Believed.ANY));
    }

    public static List<Party.Right> rights(Party party) {
        return party.rights(PREFIX, changelogs());
    }

    private static int partitions(String name) {
        return Arrays.stream(Topic.values())
                .filter(topic -> topic.name(PREFIX).equals(name))
                .map(topic -> NeededTopic.of(topic, PREFIX, MANY).partitions())
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> settings(NeededTopic topic) {
        Map<String, String> settings = new TreeMap<>(EVERYWHERE);
        settings.putAll(topic.settings());
        return settings;
    }

    private static String strimziTopics() {
        return MADE + topics().stream().map(KafkaFiles::strimziTopic).collect(Collectors.joining("---\n"));
    }

    private static String strimziTopic(NeededTopic topic) {
        return """
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaTopic
                metadata:
                  name: %s
                  labels:
                    strimzi.io/cluster: %s
                spec:
                  partitions: %d
                  replicas: %d
                  config:
                """.formatted(topic.name(), CLUSTER, topic.partitions(), REPLICAS)
                + settings(topic).entrySet().stream()
                        .map(setting -> "    %s: \"%s\"\n".formatted(setting.getKey(), setting.getValue()))
                        .collect(Collectors.joining());
    }

    private static String strimziUsers() {
        return MADE + Arrays.stream(Party.values()).map(KafkaFiles::strimziUser).collect(Collectors.joining("---\n"));
    }

    private static String strimziUser(Party party) {
        StringBuilder user = new StringBuilder("""
                # %s
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaUser
                metadata:
                  name: %s
                  labels:
                    strimzi.io/cluster: %s
                spec:
                  authentication:
                    type: scram-sha-512
                  authorization:
                    type: simple
                    acls:
                """.formatted(party.description(), party.user(), CLUSTER));
        for (Party.Right right : rights(party)) {
            user.append("      - resource: { type: %s, name: %s, patternType: %s }\n"
                    .formatted(
                            switch (right.type()) {
                                case TOPIC -> "topic";
                                case GROUP -> "group";
                                case TRANSACTIONAL_ID -> "transactionalId";
                                default -> throw new IllegalArgumentException("a right on " + right.type());
                            },
                            right.name(),
                            right.pattern() == PatternType.PREFIXED ? "prefix" : "literal"));
            user.append("        operations: [%s]\n".formatted(operations(right, ", ")));
        }
        return user.toString();
    }

    private static String script() {
        StringBuilder script = new StringBuilder("""
                #!/bin/sh
                %s# topics-and-rights.sh <brokers> <client.properties>: creates topics and gives rights; what is there already stays as it is.
                # Users with passwords come first, for example:
                #   kafka-configs.sh --bootstrap-server <brokers> --alter --entity-type users --entity-name %s \\
                #     --add-config 'SCRAM-SHA-512=[password=…]'
                set -eu
                brokers=$1 client=$2

                topic() {
                  name=$1 partitions=$2
                  shift 2
                  kafka-topics.sh --bootstrap-server "$brokers" --command-config "$client" --create --if-not-exists \\
                    --topic "$name" --partitions "$partitions" --replication-factor "${REPLICAS:-%d}" "$@"
                }

                allow() {
                  user=$1
                  shift
                  kafka-acls.sh --bootstrap-server "$brokers" --command-config "$client" --add \\
                    --allow-principal "User:$user" "$@"
                }

                """.formatted(MADE, Party.SERVICE.user(), REPLICAS));
        for (NeededTopic topic : topics()) {
            script.append("topic ")
                    .append(topic.name())
                    .append(' ')
                    .append(topic.partitions())
                    .append(settings(topic).entrySet().stream()
                            .map(setting -> " --config " + setting.getKey() + "=" + setting.getValue())
                            .collect(Collectors.joining()))
                    .append('\n');
        }
        for (Party party : Party.values()) {
            script.append("\n# ").append(party.description()).append('\n');
            for (Party.Right right : rights(party)) {
                script.append("allow ").append(party.user());
                right.operations()
                        .forEach(each -> script.append(" --operation ").append(name(each)));
                script.append(" --")
                        .append(right.type().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .append(' ')
                        .append(right.name());
                if (right.pattern() == PatternType.PREFIXED) {
                    script.append(" --resource-pattern-type prefixed");
                }
                script.append('\n');
            }
        }
        return script.toString();
    }

    private static String terraform() {
        StringBuilder file = new StringBuilder(MADE + """
                # The provider's connection (bootstrap_servers, TLS, SASL) is the caller's to configure.

                terraform {
                  required_providers {
                    kafka = {
                      source  = "Mongey/kafka"
                      version = "0.13.1"
                    }
                  }
                }

                variable "replicas" {
                  description = "Replicas of each topic; min.insync.replicas is 2."
                  type        = number
                  default     = %d
                }

                locals {
                  topics = {
                """.formatted(REPLICAS));
        for (NeededTopic topic : topics()) {
            file.append("    \"%s\" = { partitions = %d, config = { %s } }\n"
                    .formatted(
                            topic.name(),
                            topic.partitions(),
                            settings(topic).entrySet().stream()
                                    .map(setting -> "\"%s\" = \"%s\"".formatted(setting.getKey(), setting.getValue()))
                                    .collect(Collectors.joining(", "))));
        }
        file.append("  }\n\n  rights = [\n");
        for (Party party : Party.values()) {
            file.append("    # ").append(party.description()).append('\n');
            for (Party.Right right : rights(party)) {
                file.append(
                        "    { user = \"%s\", type = \"%s\", name = \"%s\", pattern = \"%s\", operations = [%s] },\n"
                                .formatted(
                                        party.user(),
                                        right.type() == ResourceType.TRANSACTIONAL_ID
                                                ? "TransactionalID"
                                                : camel(right.type().name()),
                                        right.name(),
                                        camel(right.pattern().name()),
                                        right.operations().stream()
                                                .map(each -> "\"" + name(each) + "\"")
                                                .collect(Collectors.joining(", "))));
            }
        }
        return file.append("""
                  ]

                  acls = merge([for right in local.rights : {
                    for operation in right.operations : "${right.user} ${right.type} ${right.name} ${operation}" => merge(right, { operation = operation })
                  }]...)
                }

                resource "kafka_topic" "topic" {
                  for_each           = local.topics
                  name               = each.key
                  partitions         = each.value.partitions
                  replication_factor = var.replicas
                  config             = each.value.config

                  lifecycle {
                    prevent_destroy = true
                  }
                }

                resource "kafka_acl" "right" {
                  for_each                     = local.acls
                  acl_principal                = "User:${each.value.user}"
                  acl_host                     = "*"
                  acl_permission_type          = "Allow"
                  acl_operation                = each.value.operation
                  resource_type                = each.value.type
                  resource_name                = each.value.name
                  resource_pattern_type_filter = each.value.pattern
                }
                """).toString();
    }

    private static String operations(Party.Right right, String separator) {
        return right.operations().stream().map(KafkaFiles::name).collect(Collectors.joining(separator));
    }

    /** As Strimzi, Terraform's provider and kafka-acls.sh spell it. */
    private static String name(AclOperation operation) {
        return Arrays.stream(operation.name().split("_")).map(KafkaFiles::camel).collect(Collectors.joining());
    }

    private static String camel(String word) {
        return word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
    }
}
