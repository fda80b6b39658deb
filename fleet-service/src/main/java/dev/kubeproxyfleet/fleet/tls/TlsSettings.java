package dev.kubeproxyfleet.fleet.tls;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** TLS of the API. */
@ConfigMapping(prefix = "kpfleet.api.tls")
public interface TlsSettings {

    /**
     * PEM file with the certificate of the API, and after it those between it and its authority. With it, other machines are
     * answered by https alone, at {@code quarkus.http.ssl-port} (8443). Health, metrics and the machine itself go on at
     * {@code quarkus.http.port}.
     *
     * @since 0.2.0
     */
    Optional<Path> certificate();

    /**
     * PEM file with the key of the certificate, without a password: RSA, or of an elliptic curve of NIST.
     *
     * @since 0.2.0
     */
    Optional<Path> key();

    /**
     * How often the two files are looked at. What they hold then is served to new connections, and open ones go on.
     *
     * @since 0.2.0
     */
    @WithDefault("PT1M")
    Duration reloadPeriod();

    /** Whether the API has a certificate of its own. */
    default boolean on() {
        return certificate().isPresent();
    }
}
