package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.Nullable;

/**
 * {@code networkProfile.kubeProxyConfig.ipvsConfig}: every field may be left unset.
 *
 * @param tcpTimeoutSeconds idle time of an established TCP session, in seconds, positive
 * @param tcpFinTimeoutSeconds idle time of a TCP session after a FIN, in seconds, positive
 * @param udpTimeoutSeconds idle time of a UDP flow, in seconds, positive
 */
public record IpvsConfig(
        @Nullable IpvsScheduler scheduler,
        @Nullable Integer tcpTimeoutSeconds,
        @Nullable Integer tcpFinTimeoutSeconds,
        @Nullable Integer udpTimeoutSeconds) {

    /** Nothing set. */
    public static final IpvsConfig UNSET = new IpvsConfig(null, null, null, null);

    public IpvsConfig {
        requirePositive("tcpTimeoutSeconds", tcpTimeoutSeconds);
        requirePositive("tcpFinTimeoutSeconds", tcpFinTimeoutSeconds);
        requirePositive("udpTimeoutSeconds", udpTimeoutSeconds);
    }

    private static void requirePositive(String field, @Nullable Integer seconds) {
        if (seconds != null && seconds <= 0) {
            throw new IllegalArgumentException(field + " must be a positive number of seconds, not " + seconds);
        }
    }
}
