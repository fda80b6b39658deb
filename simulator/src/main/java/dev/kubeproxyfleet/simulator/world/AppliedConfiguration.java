package dev.kubeproxyfleet.simulator.world;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Instant;

/**
 * What a cluster's nodes shall run.
 *
 * @param kubeProxy of the last operation that took effect
 * @param since when that operation ended
 * @param running false while the cluster is stopped and has no nodes
 */
public record AppliedConfiguration(KubeProxyConfig kubeProxy, Instant since, boolean running) {}
