package dev.kubeproxyfleet.fleet.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which agents are believed. */
@ConfigMapping(prefix = "kpfleet.agents")
interface AgentSettings {

    /**
     * {@code any}: what an agent says counts unless its token disproves it. {@code proven}: only what a token proves to come from a
     * node of its cluster counts; a cluster without an OIDC issuer, or with agents of 0.1, then has no nodes that report.
     *
     * @since 0.2.0
     */
    @WithDefault("any")
    Believed believe();

    /**
     * Audience that the agents' tokens are for, as in their manifest.
     *
     * @since 0.2.0
     */
    @WithDefault("kubeproxy-fleet")
    String audience();

    /**
     * Namespace and name of the agents' service account, with a slash between them.
     *
     * @since 0.2.0
     */
    @WithDefault("kubeproxy-fleet/node-agent")
    String serviceAccount();
}
