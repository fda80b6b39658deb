package dev.kubeproxyfleet.schemas.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a rollout gives its clusters, or what a cluster had before: one kind of thing. */
public sealed interface Desired {

    /** What there can be one of in a cluster: of two configs only those of one kind are in each other's way. */
    enum Kind {
        KubeProxy,
        Agents
    }

    /** The one that is given; not both are null. */
    static Desired of(@Nullable KubeProxyConfig kubeProxy, @Nullable AgentConfig agents) {
        return kubeProxy == null ? new Agents(Objects.requireNonNull(agents, "agents")) : new KubeProxy(kubeProxy);
    }

    /** What was there; null where that is not known, and so both are null. */
    static @Nullable Desired ofKnown(@Nullable KubeProxyConfig kubeProxy, @Nullable AgentConfig agents) {
        return kubeProxy == null && agents == null ? null : of(kubeProxy, agents);
    }

    Kind kind();

    /** Null if it is of another kind. */
    @Nullable
    default KubeProxyConfig asKubeProxy() {
        return this instanceof KubeProxy(KubeProxyConfig given) ? given : null;
    }

    /** Null if it is of another kind. */
    @Nullable
    default AgentConfig asAgents() {
        return this instanceof Agents(AgentConfig given) ? given : null;
    }

    /** Whether a cluster that has one runs the same as a cluster that has the other. */
    boolean isSameAs(Desired other);

    /** Whether a cluster that has {@code current} need not be written; one that runs the same may have to, for a mode by name. */
    boolean isIn(Desired current);

    /** Whether it says what a cluster of this version runs; false where it leaves the mode to a kube-proxy that chooses. */
    boolean isKnownIn(String kubernetesVersion);

    /** Whether each part of it is that of one of the two: so may a write leave a cluster that was ended half-way. */
    boolean isMixOf(Desired one, Desired other);

    /** The same with nothing left to a default: what goes back to where it was must not depend on one. */
    Desired explicit();

    /** Whether a cluster shows anything of it but what was written. */
    boolean canBeSeen();

    /** For people, in place of a noun. */
    String describe();

    /** The same where {@code next} follows, which may be the same with a mode by name. */
    default String describeBefore(Desired next) {
        return describe() + (isSameAs(next) && !next.isIn(this) ? BY_DEFAULT : "");
    }

    /** Follows the description of what names no mode. */
    String BY_DEFAULT = ", by default";

    /** Written through Azure Resource Manager. */
    record KubeProxy(KubeProxyConfig kubeProxy) implements Desired {

        @Override
        public Kind kind() {
            return Kind.KubeProxy;
        }

        @Override
        public boolean isSameAs(Desired other) {
            return other instanceof KubeProxy(KubeProxyConfig theirs)
                    && kubeProxy.effective().equals(theirs.effective());
        }

        @Override
        public boolean isIn(Desired current) {
            return current instanceof KubeProxy(KubeProxyConfig theirs) && kubeProxy.isIn(theirs);
        }

        @Override
        public boolean isKnownIn(String kubernetesVersion) {
            return kubeProxy.named(kubernetesVersion).isPresent();
        }

        /** It is written as a whole. */
        @Override
        public boolean isMixOf(Desired one, Desired other) {
            return isSameAs(one) || isSameAs(other);
        }

        @Override
        public Desired explicit() {
            return new KubeProxy(KubeProxyConfig.explicit(kubeProxy.effective()));
        }

        /** Nodes without kube-proxy have nothing to show. */
        @Override
        public boolean canBeSeen() {
            return kubeProxy.effective().enabled();
        }

        @Override
        public String describe() {
            return kubeProxy.effective().describe();
        }
    }

    /** Written through the cluster's Kubernetes API. */
    record Agents(AgentConfig agents) implements Desired {

        @Override
        public Kind kind() {
            return Kind.Agents;
        }

        @Override
        public boolean isSameAs(Desired other) {
            return equals(other);
        }

        @Override
        public boolean isIn(Desired current) {
            return equals(current);
        }

        @Override
        public boolean isKnownIn(String kubernetesVersion) {
            return true;
        }

        @Override
        public boolean isMixOf(Desired one, Desired other) {
            return one instanceof Agents(AgentConfig first)
                    && other instanceof Agents(AgentConfig second)
                    && isOneOf(agents.image(), first.image(), second.image())
                    && isOneOf(agents.jvmImage(), first.jvmImage(), second.jvmImage())
                    && isOneOf(agents.kafka(), first.kafka(), second.kafka());
        }

        private static boolean isOneOf(@Nullable String part, @Nullable String one, @Nullable String other) {
            return Objects.equals(part, one) || Objects.equals(part, other);
        }

        @Override
        public Desired explicit() {
            return this;
        }

        @Override
        public boolean canBeSeen() {
            return true;
        }

        @Override
        public String describe() {
            return agents.describe();
        }
    }
}
