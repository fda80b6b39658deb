package dev.kubeproxyfleet.fleet.azure;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How the service uses Azure Resource Manager. */
@ConfigMapping(prefix = "kpfleet.azure")
public interface AzureSettings {

    /** {@code public}, {@code us-government} or {@code china}: where ARM and Microsoft Entra are, and what tokens are for. */
    @WithDefault("public")
    AzureCloud cloud();

    /** ARM's address in place of the cloud's, such as a private proxy's; https only, since a bearer token goes there. */
    Optional<URI> endpoint();

    /** Microsoft Entra's address in place of the cloud's. */
    Optional<URI> authority();

    /** PEM file with the certificates that may sign {@code endpoint}'s, and {@code authority}'s; the JDK's own when unset. */
    Optional<Path> caCertificate();

    /** Bearer token of a simulator, in place of a credential; refused unless {@code endpoint} is on this machine. */
    Optional<Secret> staticToken();

    /** Version of {@code Microsoft.ContainerService}; only previews know {@code kubeProxyConfig}, and each lives about a year. */
    @WithDefault("2025-09-02-preview")
    String apiVersion();

    /** Subscription ids of the fleet; when unset, every subscription that the identity can list. */
    Optional<Set<String>> subscriptions();

    /** Operations that run at once in this process; further ones wait their turn. */
    @WithDefault("5000")
    int maxConcurrentOperations();

    /** Time between two listings of a subscription while ARM works on a cluster in it. */
    @WithDefault("PT10S")
    Duration watchInterval();

    /** First pause before a call is repeated; it doubles up to {@code backoff-max}. */
    @WithDefault("PT2S")
    Duration backoffBase();

    /** Longest pause before a call is repeated, unless ARM asks for a longer one. */
    @WithDefault("PT1M")
    Duration backoffMax();

    /** Time in which ARM must have answered one request. */
    @WithDefault("PT1M")
    Duration requestTimeout();

    /** Pause between attempts to reach ARM at start. */
    @WithDefault("PT15S")
    Duration checkInterval();

    /** Time between two questions to ARM how far a registration of the preview feature is. */
    @WithDefault("PT10S")
    Duration registrationInterval();

    /** How many times faster than Azure's the local budgets refill: 1 for Azure, more for a simulator. */
    @WithDefault("1")
    double timeScale();

    /** {@code subscriptions} in lower case; empty where every one that the identity can list is the fleet's. */
    default Set<String> configuredSubscriptions() {
        return subscriptions().orElseGet(Set::of).stream()
                .map(id -> id.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Where ARM is reached. */
    default URI armEndpoint() {
        return endpoint().orElseGet(() -> cloud().endpoint());
    }

    /** Where tokens come from. */
    default URI entraAuthority() {
        return authority().orElseGet(() -> cloud().authority());
    }
}
