package dev.kubeproxyfleet.fleet.identity;

import dev.kubeproxyfleet.fleet.azure.AzureTls;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;

/** The parts of the package as beans. */
final class IdentityBeans {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    IdentityBeans() {}

    @Produces
    @Singleton
    static TokenJudge judge(AgentSettings settings, AzureTls tls, InstantSource clock) {
        HttpClient client = tls.client()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        IssuerKeys keys = new IssuerKeys(
                new IssuerDocuments(client),
                task -> Thread.ofVirtual().name("issuer-keys").start(task),
                clock);
        return new TokenJudge(keys, settings.audience(), settings.serviceAccount());
    }

    @Produces
    @Singleton
    static Believed believed(AgentSettings settings) {
        return settings.believe();
    }
}
