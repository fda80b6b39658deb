package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.util.List;

/** A rollout and each of its clusters, in the order of its stages and by name within a stage. */
public record RolloutDetail(RolloutStatus rollout, List<RolloutClusterStatus> clusters) {}
