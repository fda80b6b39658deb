package dev.kubeproxyfleet.fleet.api;

import io.quarkus.test.oidc.server.OidcWiremockTestResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link WithoutKafka}, with the issuer that Quarkus has for tests. */
public class WithIssuerOfQuarkus extends WithoutKafka {

    /** What the issuer calls itself, and whom its tokens are for unless a test says otherwise. */
    static final String ISSUER = "https://server.example.com";

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(OidcWiremockTestResource.class));
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
        settings.put("kpfleet.access.login", "true");
        // Where the resource listens.
        settings.put("kpfleet.access.issuer", "${keycloak.url}/realms/quarkus");
        settings.put("kpfleet.access.client-id", "kubeproxy-fleet");
        settings.put("kpfleet.access.client-secret", "secret");
        settings.put("kpfleet.access.session-secret", "secret-of-sessions-0123456789abcdef");
        settings.put("kpfleet.access.audience", ISSUER);
        settings.put("kpfleet.access.role-claim", "groups");
        settings.put("kpfleet.access.https", "false");
        return settings;
    }
}
