package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import java.time.Duration;

/** The way to ARM: the Azure SDK's pipeline, without its retries, so that each request that leaves is one that a budget paid for. */
final class ArmPipeline {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private ArmPipeline() {}

    /** @throws IllegalArgumentException if a setting makes no sense; the message names it */
    static HttpPipeline over(HttpClient client, AzureSettings settings) {
        return new HttpPipelineBuilder()
                .httpClient(client)
                .policies(
                        new UserAgentPolicy("kubeproxy-fleet"),
                        new RequestIdPolicy(),
                        new BearerTokenAuthenticationPolicy(
                                Credentials.of(settings), settings.cloud().scope()))
                .build();
    }

    /** @throws IllegalArgumentException if {@code kpfleet.azure.ca-certificate} cannot be read */
    static HttpClient client(AzureSettings settings, TrustedCertificates.Beside beside) {
        java.net.http.HttpClient.Builder builder =
                java.net.http.HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        settings.caCertificate().ifPresent(file -> builder.sslContext(TrustedCertificates.of(file, beside)));
        return new JdkHttpClientBuilder(builder)
                .connectionTimeout(CONNECT_TIMEOUT)
                .responseTimeout(settings.requestTimeout())
                .readTimeout(settings.requestTimeout())
                .build();
    }
}
