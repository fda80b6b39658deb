package dev.kubeproxyfleet.simulator.issuer;

import java.time.Duration;

/**
 * How long what the issuer hands out is good.
 *
 * @param access of access tokens and ID tokens
 * @param code of authorization codes
 * @param device of device codes
 * @param poll between two questions of a device
 * @param refresh of refresh tokens; each use makes another one
 * @param overlap how long a refresh token that was used is still taken, for requests that cross each other; whoever uses it later
 *     loses the whole login
 */
public record Lifetimes(
        Duration access, Duration code, Duration device, Duration poll, Duration refresh, Duration overlap) {

    /** As Entra has them, and with the overlap that other providers have. */
    public static final Lifetimes USUAL = new Lifetimes(
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            Duration.ofSeconds(5),
            Duration.ofDays(1),
            Duration.ofSeconds(10));

    public Lifetimes withAccess(Duration length) {
        return new Lifetimes(length, code, device, poll, refresh, overlap);
    }

    public Lifetimes withOverlap(Duration length) {
        return new Lifetimes(access, code, device, poll, refresh, length);
    }
}
