# Made from the catalogue of topics and rights; KafkaFilesTest compares.
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
  default     = 3
}

locals {
  topics = {
    "kubeproxy.desired" = { partitions = 1, config = { "cleanup.policy" = "compact", "max.message.bytes" = "1048576", "min.insync.replicas" = "2" } }
    "kubeproxy.commands" = { partitions = 1, config = { "cleanup.policy" = "delete", "min.insync.replicas" = "2", "retention.ms" = "2592000000" } }
    "kubeproxy.new-clusters" = { partitions = 1, config = { "cleanup.policy" = "delete", "max.message.bytes" = "1048576", "min.insync.replicas" = "2", "retention.ms" = "2592000000" } }
    "kubeproxy.rejected" = { partitions = 1, config = { "cleanup.policy" = "delete", "max.message.bytes" = "2097152", "min.insync.replicas" = "2", "retention.ms" = "2592000000" } }
    "kubeproxy.clusters" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.operations" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.outcomes" = { partitions = 1, config = { "cleanup.policy" = "delete", "min.insync.replicas" = "2", "retention.ms" = "604800000" } }
    "kubeproxy.configs" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.rollouts" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.rollout-clusters" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.node-stats" = { partitions = 6, config = { "cleanup.policy" = "delete", "message.timestamp.type" = "LogAppendTime", "min.insync.replicas" = "2", "retention.ms" = "86400000" } }
    "kubeproxy.cluster-health" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.cluster-kubernetes" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.audit" = { partitions = 1, config = { "cleanup.policy" = "delete", "min.insync.replicas" = "2", "retention.ms" = "34560000000" } }
    "kubeproxy.controller-configs-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-drifted-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-format-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-latest-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-open-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-rollout-clusters-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-rollouts-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-strategies-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.controller-writers-changelog" = { partitions = 1, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.health-nodes-changelog" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
    "kubeproxy.health-signals-changelog" = { partitions = 6, config = { "cleanup.policy" = "compact", "min.insync.replicas" = "2" } }
  }

  rights = [
    # The fleet service.
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.desired", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.commands", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.new-clusters", pattern = "Literal", operations = ["Read", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.rejected", pattern = "Literal", operations = ["Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.clusters", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.operations", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.outcomes", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.configs", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.rollouts", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.rollout-clusters", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.node-stats", pattern = "Literal", operations = ["Read", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.cluster-health", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.cluster-kubernetes", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.audit", pattern = "Literal", operations = ["Read", "Write", "DescribeConfigs"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-configs-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-drifted-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-format-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-latest-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-open-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-rollout-clusters-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-rollouts-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-strategies-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.controller-writers-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.health-nodes-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Topic", name = "kubeproxy.health-signals-changelog", pattern = "Literal", operations = ["Read", "Write"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.controller", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.health", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.azure-worker", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.gate-checks", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.kubernetes-watcher", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.new-clusters", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "Group", name = "kubeproxy.notify-", pattern = "Prefixed", operations = ["Read"] },
    { user = "kubeproxy-fleet-service", type = "TransactionalID", name = "kubeproxy.controller-", pattern = "Prefixed", operations = ["Write"] },
    # The agents on all nodes. None can read what another one has written.
    { user = "kubeproxy-fleet-agent", type = "Topic", name = "kubeproxy.node-stats", pattern = "Literal", operations = ["Write"] },
    # Whoever publishes configurations, such as a pipeline.
    { user = "kubeproxy-fleet-publisher", type = "Topic", name = "kubeproxy.desired", pattern = "Literal", operations = ["Write"] },
    # Whoever follows what happens. What was sent, and may hold secrets, is not among it. Names of its groups begin with the prefix.
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.clusters", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.configs", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.rollouts", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.rollout-clusters", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.cluster-health", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.cluster-kubernetes", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Topic", name = "kubeproxy.audit", pattern = "Literal", operations = ["Read"] },
    { user = "kubeproxy-fleet-reader", type = "Group", name = "kubeproxy.reader-", pattern = "Prefixed", operations = ["Read"] },
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
