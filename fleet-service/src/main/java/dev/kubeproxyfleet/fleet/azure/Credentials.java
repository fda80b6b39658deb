package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.identity.DefaultAzureCredentialBuilder;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;

/** Where the tokens for ARM come from. */
final class Credentials {

    private static final OffsetDateTime NEVER = OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private Credentials() {}

    /** @throws IllegalArgumentException if a token would go where it must not; the message names the settings */
    static TokenCredential of(AzureSettings settings) {
        URI endpoint = settings.armEndpoint();
        if (!"https".equalsIgnoreCase(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.endpoint must be an https address, since a bearer token goes there, not "
                            + endpoint);
        }
        return settings.staticToken().map(token -> fixed(token, endpoint)).orElseGet(() -> ofEntra(settings));
    }

    private static TokenCredential fixed(Secret secret, URI endpoint) {
        if (!Loopback.isMeant(endpoint.getHost())) {
            throw new IllegalArgumentException("kpfleet.azure.static-token is for a simulator on this machine, but"
                    + " kpfleet.azure.endpoint is " + endpoint + "; unset one of them");
        }
        AccessToken token = new AccessToken(secret.value(), NEVER);
        return request -> Mono.just(token);
    }

    private static TokenCredential ofEntra(AzureSettings settings) {
        DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
                .authorityHost(settings.entraAuthority().toString())
                // Whatever AZURE_HTTP_LOG_DETAIL_LEVEL says: the bodies of these requests are secrets.
                .httpLogOptions(new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE))
                // Where ARM is a proxy with a certificate of its own, Microsoft Entra may be the public one.
                .httpClient(ArmPipeline.client(settings, TrustedCertificates.Beside.PUBLIC_AUTHORITIES));
        // An authority of one's own is in no public directory of authorities.
        return settings.authority().isPresent()
                ? builder.disableInstanceDiscovery().build()
                : builder.build();
    }
}
