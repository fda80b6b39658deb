package dev.kubeproxyfleet.schemas.config;

/** What a rollout gives its clusters, or what a cluster had before: one kind of thing. */
public sealed interface Desired {

    /** Whether a cluster that has one runs the same as a cluster that has the other. */
    boolean isSameAs(Desired other);

    /** For people, in place of a noun. */
    String describe();

    /** Written through Azure Resource Manager. */
    record KubeProxy(KubeProxyConfig kubeProxy) implements Desired {

        @Override
        public boolean isSameAs(Desired other) {
            return other instanceof KubeProxy(KubeProxyConfig theirs)
                    && kubeProxy.effective().equals(theirs.effective());
        }

        @Override
        public String describe() {
            return kubeProxy.effective().describe();
        }
    }

    /** Written through the cluster's Kubernetes API. */
    record Agents(AgentConfig agents) implements Desired {

        @Override
        public boolean isSameAs(Desired other) {
            return equals(other);
        }

        @Override
        public String describe() {
            return agents.describe();
        }
    }
}
