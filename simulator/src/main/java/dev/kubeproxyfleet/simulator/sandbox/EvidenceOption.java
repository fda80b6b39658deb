package dev.kubeproxyfleet.simulator.sandbox;

/** Where the fleet service of a sandbox learns what runs in the clusters. */
enum EvidenceOption {
    AGENTS(false, AgentsOption.ALL),
    KUBERNETES(true, AgentsOption.NONE),
    BOTH(true, AgentsOption.ALL);

    /** Whether it looks at the clusters' Kubernetes APIs. */
    final boolean looksAtKubernetes;

    /** Which agents there are if nobody says so. */
    final AgentsOption agents;

    EvidenceOption(boolean looksAtKubernetes, AgentsOption agents) {
        this.looksAtKubernetes = looksAtKubernetes;
        this.agents = agents;
    }
}
