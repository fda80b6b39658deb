package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.Nullable;

/**
 * A gate whose verdict comes from outside of the fleet; a stage waits for it.
 *
 * @param name a DNS label, unique in its {@link Gate} no {@link Signal}'s key and not {@link Gate#PROOF}
 * @param http what the fleet service asks while a stage bakes; null if somebody else answers over REST
 */
public record ExternalGate(String name, @Nullable HttpCheck http) {

    /** One that somebody else answers. */
    public ExternalGate(String name) {
        this(name, null);
    }
}
