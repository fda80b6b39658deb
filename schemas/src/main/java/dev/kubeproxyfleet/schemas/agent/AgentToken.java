package dev.kubeproxyfleet.schemas.agent;

/**
 * The service account token by which an agent shows whose node it speaks for: a JWT in the compact form, signed by the issuer of
 * the agent's own cluster and mounted into its pod. Whoever has it can speak for the node until it expires, so it is a secret.
 */
public final class AgentToken {

    /** Header of a record of {@code node-stats}: the token, in ASCII. A reader that does not know it ignores it. */
    public static final String HEADER = "kpfleet-agent-token";

    /** Whom the tokens are for, unless configured otherwise. */
    public static final String DEFAULT_AUDIENCE = "kubeproxy-fleet";

    /** Longest token that is sent and read; those of Kubernetes have some 1,100 bytes. */
    public static final int MAX_BYTES = 8 * 1024;

    private AgentToken() {}
}
