package dev.kubeproxyfleet.fleet.tracing;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/** Where traces are sent. */
@ConfigMapping(prefix = "kpfleet.tracing")
interface TracingSettings {

    /**
     * A collector that takes OTLP over HTTP, such as {@code http://localhost:4318}; nothing is traced, and nothing is sent, when unset.
     *
     * @since 0.2.0
     */
    Optional<URI> endpoint();
}
