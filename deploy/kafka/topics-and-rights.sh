#!/bin/sh
# Made from the catalogue of topics and rights; KafkaFilesTest compares.
# topics-and-rights.sh <brokers> <client.properties>: creates topics and gives rights; what is there already stays as it is.
# Users with passwords come first, for example:
#   kafka-configs.sh --bootstrap-server <brokers> --alter --entity-type users --entity-name kubeproxy-fleet-service \
#     --add-config 'SCRAM-SHA-512=[password=…]'
set -eu
brokers=$1 client=$2

topic() {
  name=$1 partitions=$2
  shift 2
  kafka-topics.sh --bootstrap-server "$brokers" --command-config "$client" --create --if-not-exists \
    --topic "$name" --partitions "$partitions" --replication-factor "${REPLICAS:-3}" "$@"
}

allow() {
  user=$1
  shift
  kafka-acls.sh --bootstrap-server "$brokers" --command-config "$client" --add \
    --allow-principal "User:$user" "$@"
}

topic kubeproxy.desired 1 --config cleanup.policy=compact --config max.message.bytes=1048576 --config min.insync.replicas=2
topic kubeproxy.commands 1 --config cleanup.policy=delete --config min.insync.replicas=2 --config retention.ms=2592000000
topic kubeproxy.new-clusters 1 --config cleanup.policy=delete --config max.message.bytes=1048576 --config min.insync.replicas=2 --config retention.ms=2592000000
topic kubeproxy.rejected 1 --config cleanup.policy=delete --config max.message.bytes=2097152 --config min.insync.replicas=2 --config retention.ms=2592000000
topic kubeproxy.clusters 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.operations 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.outcomes 1 --config cleanup.policy=delete --config min.insync.replicas=2 --config retention.ms=604800000
topic kubeproxy.configs 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.rollouts 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.rollout-clusters 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.node-stats 6 --config cleanup.policy=delete --config message.timestamp.type=LogAppendTime --config min.insync.replicas=2 --config retention.ms=86400000
topic kubeproxy.cluster-health 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.cluster-kubernetes 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.audit 1 --config cleanup.policy=delete --config min.insync.replicas=2 --config retention.ms=34560000000
topic kubeproxy.controller-configs-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-drifted-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-format-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-latest-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-open-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-rollout-clusters-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-rollouts-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-strategies-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.controller-writers-changelog 1 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.health-nodes-changelog 6 --config cleanup.policy=compact --config min.insync.replicas=2
topic kubeproxy.health-signals-changelog 6 --config cleanup.policy=compact --config min.insync.replicas=2

# The fleet service.
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.desired
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.commands
allow kubeproxy-fleet-service --operation Read --operation DescribeConfigs --topic kubeproxy.new-clusters
allow kubeproxy-fleet-service --operation Write --operation DescribeConfigs --topic kubeproxy.rejected
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.clusters
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.operations
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.outcomes
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.configs
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.rollouts
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.rollout-clusters
allow kubeproxy-fleet-service --operation Read --operation DescribeConfigs --topic kubeproxy.node-stats
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.cluster-health
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.cluster-kubernetes
allow kubeproxy-fleet-service --operation Read --operation Write --operation DescribeConfigs --topic kubeproxy.audit
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-configs-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-drifted-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-format-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-latest-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-open-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-rollout-clusters-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-rollouts-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-strategies-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.controller-writers-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.health-nodes-changelog
allow kubeproxy-fleet-service --operation Read --operation Write --topic kubeproxy.health-signals-changelog
allow kubeproxy-fleet-service --operation Read --group kubeproxy.controller
allow kubeproxy-fleet-service --operation Read --group kubeproxy.health
allow kubeproxy-fleet-service --operation Read --group kubeproxy.azure-worker
allow kubeproxy-fleet-service --operation Read --group kubeproxy.gate-checks
allow kubeproxy-fleet-service --operation Read --group kubeproxy.kubernetes-watcher
allow kubeproxy-fleet-service --operation Read --group kubeproxy.new-clusters
allow kubeproxy-fleet-service --operation Read --group kubeproxy.notify- --resource-pattern-type prefixed
allow kubeproxy-fleet-service --operation Write --transactional-id kubeproxy.controller- --resource-pattern-type prefixed

# The agents on all nodes. None can read what another one has written.
allow kubeproxy-fleet-agent --operation Write --topic kubeproxy.node-stats

# Whoever publishes configurations, such as a pipeline.
allow kubeproxy-fleet-publisher --operation Write --topic kubeproxy.desired

# Whoever follows what happens. What was sent, and may hold secrets, is not among it. Names of its groups begin with the prefix.
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.clusters
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.configs
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.rollouts
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.rollout-clusters
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.cluster-health
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.cluster-kubernetes
allow kubeproxy-fleet-reader --operation Read --topic kubeproxy.audit
allow kubeproxy-fleet-reader --operation Read --group kubeproxy.reader- --resource-pattern-type prefixed
