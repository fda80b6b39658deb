package dev.kubeproxyfleet.fleet.azure;

import java.net.http.HttpClient;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** How what Azure serves beside ARM is trusted: by public authorities, and by those of {@code kpfleet.azure.ca-certificate}. */
public final class AzureTls {

    private final Optional<SSLContext> context;

    /** @throws IllegalArgumentException if {@code kpfleet.azure.ca-certificate} cannot be read */
    AzureTls(AzureSettings settings) {
        context = settings.caCertificate()
                .map(file -> TrustedCertificates.of(file, TrustedCertificates.Beside.PUBLIC_AUTHORITIES));
    }

    /** A client that trusts these, to be built. */
    public HttpClient.Builder client() {
        HttpClient.Builder builder = HttpClient.newBuilder();
        context.ifPresent(builder::sslContext);
        return builder;
    }
}
