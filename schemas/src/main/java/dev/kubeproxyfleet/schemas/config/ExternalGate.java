package dev.kubeproxyfleet.schemas.config;

/**
 * A gate that somebody else answers over REST; a stage waits for it.
 *
 * @param name a DNS label, unique in its {@link Gate} and no {@link Signal}'s key
 */
public record ExternalGate(String name) {}
