package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.util.List;

/** A rollout and each of its clusters, in the order of its stages and by name within a stage. */
record RolloutDetail(RolloutStatus rollout, List<RolloutClusterStatus> clusters) {}
