package dev.kubeproxyfleet.fleet.check;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What the service may ask for external gates. */
@ConfigMapping(prefix = "kpfleet.gates")
interface CheckSettings {

    /**
     * Hosts that may be asked, each as a URL writes it, such as {@code prometheus.example} or {@code 127.0.0.1:9090}; without a port
     * that of https is meant. When unset, nothing is asked.
     */
    Optional<Set<String>> hosts();

    /**
     * Folder of secrets. It has a folder for each host that has some, by the host's name without a port, and in that a file for each
     * secret; so no config sends a secret to another host. A file is read each time that it is sent.
     */
    Optional<Path> secretDir();
}
