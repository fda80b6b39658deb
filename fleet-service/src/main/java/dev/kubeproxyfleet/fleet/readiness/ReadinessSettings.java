package dev.kubeproxyfleet.fleet.readiness;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** What tells whether clusters can leave their mode. */
@ConfigMapping(prefix = "kpfleet.readiness")
interface ReadinessSettings {

    /**
     * File with the days on which AKS ends the support of versions, as docs/readiness.md describes it; without it those that this
     * version of the service brings along.
     *
     * @since 0.2.0
     */
    Optional<Path> calendar();
}
