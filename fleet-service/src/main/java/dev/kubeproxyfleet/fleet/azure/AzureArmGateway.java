package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.util.Context;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * ARM through the Azure SDK's pipeline, with raw JSON: the SDK's models drop members that they do not know.
 *
 * <p>The SDK repeats only reads, and those only after a dropped connection or a 5xx: a write whose fate is unknown, and every
 * {@code Retry-After}, are the callers' to judge.
 */
final class AzureArmGateway implements ArmGateway {

    static final int MAX_READ_RETRIES = 1;
    static final int MAX_MESSAGE_LENGTH = 2_000;
    static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

    private static final Duration READ_RETRY_DELAY = Duration.ofMillis(200);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ArmAddress address;
    private final HttpPipeline reads;
    private final HttpPipeline writes;
    private final InstantSource clock;

    /**
     * @throws IllegalArgumentException if a setting makes no sense; the message names it
     */
    AzureArmGateway(AzureSettings settings, InstantSource clock) {
        URI endpoint = settings.endpoint();
        if (!"https".equalsIgnoreCase(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.endpoint must be an https address, since a bearer token goes there, not "
                            + endpoint);
        }
        this.address = new ArmAddress(endpoint, settings.apiVersion());
        this.clock = clock;
        HttpClient client = client(settings);
        TokenCredential credential = credential(settings);
        this.reads = pipeline(client, credential, endpoint, true);
        this.writes = pipeline(client, credential, endpoint, false);
    }

    @Override
    public ArmResult send(ArmRequest request) {
        Optional<URI> url = address.of(request);
        if (url.isEmpty()) {
            return new ArmResult.ArmError(
                    0,
                    ArmResult.FOREIGN_LINK,
                    "ARM returned a link to another host than kpfleet.azure.endpoint; it was not followed",
                    null);
        }
        HttpRequest http = new HttpRequest(
                request instanceof ArmRequest.PutCluster ? HttpMethod.PUT : HttpMethod.GET,
                url.get().toString());
        http.setHeader(HttpHeaderName.ACCEPT, "application/json");
        HttpPipeline pipeline = reads;
        if (request instanceof ArmRequest.PutCluster put) {
            pipeline = writes;
            http.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
            if (put.eTag() != null) {
                http.setHeader(HttpHeaderName.IF_MATCH, put.eTag());
            }
            http.setBody(put.body().toString());
        }
        try (HttpResponse response = pipeline.sendSync(http, Context.NONE)) {
            return read(response);
        } catch (ClientAuthenticationException e) {
            return new ArmResult.ArmError(
                    401,
                    ArmResult.CREDENTIAL_UNAVAILABLE,
                    shorten("no token for " + url.get().getHost() + ": " + e.getMessage()),
                    null);
        } catch (RuntimeException e) {
            // The SDK throws whatever its HTTP client, its credential and Reactor throw.
            Throwable cause = Exceptions.unwrap(e);
            return new ArmResult.ArmError(
                    0,
                    ArmResult.NETWORK_ERROR,
                    shorten("no answer from " + url.get().getHost() + ": " + rootMessage(cause)),
                    null);
        }
    }

    private ArmResult read(HttpResponse response) {
        int status = response.getStatusCode();
        String length = response.getHeaderValue(HttpHeaderName.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > MAX_ANSWER_BYTES) {
            return new ArmResult.ArmError(
                    status, ArmResult.UNREADABLE_ANSWER, "an answer of " + length + " bytes is too large", null);
        }
        JsonNode body;
        try (InputStream in = response.getBodyAsBinaryData().toStream()) {
            byte[] bytes = in.readNBytes((int) MAX_ANSWER_BYTES);
            body = bytes.length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(bytes);
        } catch (IOException e) {
            body = MissingNode.getInstance();
            if (status < 300) {
                return new ArmResult.ArmError(
                        0, ArmResult.UNREADABLE_ANSWER, shorten("not JSON: " + e.getMessage()), null);
            }
        }
        if (status >= 200 && status < 300) {
            String operation = response.getHeaderValue(HttpHeaderName.fromString("Azure-AsyncOperation"));
            return new ArmResult.Ok(
                    status,
                    body,
                    eTag(response, body),
                    operation == null ? response.getHeaderValue(HttpHeaderName.LOCATION) : operation);
        }
        // ARM wraps its errors; AKS now and then does not.
        JsonNode error = body.path("error").isObject() ? body.path("error") : body;
        String code = error.path("code").asText("");
        return new ArmResult.ArmError(
                status,
                code.isEmpty() ? "Http" + status : code,
                shorten(error.path("message").asText("")),
                retryAfter(response));
    }

    private static @Nullable String eTag(HttpResponse response, JsonNode body) {
        String header = response.getHeaderValue(HttpHeaderName.ETAG);
        return header == null && body.path("eTag").isTextual()
                ? body.path("eTag").asText()
                : header;
    }

    /** RFC 9110, section 10.2.3: seconds or a date. */
    private @Nullable Duration retryAfter(HttpResponse response) {
        String value = response.getHeaderValue(HttpHeaderName.RETRY_AFTER);
        if (value == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException e) {
            try {
                Duration wait = Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeParseException notADate) {
                return null;
            }
        }
    }

    private static HttpPipeline pipeline(
            HttpClient client, TokenCredential credential, URI endpoint, boolean mayRepeat) {
        List<HttpPipelinePolicy> policies = new ArrayList<>();
        policies.add(new UserAgentPolicy("kubeproxy-fleet"));
        policies.add(new RequestIdPolicy());
        if (mayRepeat) {
            policies.add(new RetryPolicy(new RetryOptions(new ExponentialBackoffOptions()
                            .setMaxRetries(MAX_READ_RETRIES)
                            .setBaseDelay(READ_RETRY_DELAY)
                            .setMaxDelay(READ_RETRY_DELAY))
                    .setShouldRetryCondition(condition -> condition.getResponse() == null
                            ? condition.getThrowable() instanceof IOException
                            : condition.getResponse().getStatusCode() >= 500)));
        }
        policies.add(
                new BearerTokenAuthenticationPolicy(credential, "https://" + endpoint.getRawAuthority() + "/.default"));
        return new HttpPipelineBuilder()
                .httpClient(client)
                .policies(policies.toArray(HttpPipelinePolicy[]::new))
                .build();
    }

    private static TokenCredential credential(AzureSettings settings) {
        if (settings.staticToken().isEmpty()) {
            return new DefaultAzureCredentialBuilder()
                    .authorityHost(settings.authority().toString())
                    .build();
        }
        if (!loopback(settings.endpoint().getHost())) {
            throw new IllegalArgumentException("kpfleet.azure.static-token is for a simulator on this machine, but"
                    + " kpfleet.azure.endpoint is " + settings.endpoint() + "; unset one of them");
        }
        AccessToken token = new AccessToken(
                settings.staticToken().get().value(), OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
        return request -> Mono.just(token);
    }

    private static boolean loopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            // Only literals: a name could resolve to somewhere else with the next request.
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static HttpClient client(AzureSettings settings) {
        java.net.http.HttpClient.Builder builder =
                java.net.http.HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        settings.caCertificate().ifPresent(file -> builder.sslContext(trusting(file)));
        return new JdkHttpClientBuilder(builder)
                .connectionTimeout(CONNECT_TIMEOUT)
                .responseTimeout(settings.requestTimeout())
                .readTimeout(settings.requestTimeout())
                .build();
    }

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int index = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + index++, certificate);
            }
            if (index == 0) {
                throw new IllegalArgumentException("kpfleet.azure.ca-certificate: no certificate in " + file);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.ca-certificate: cannot read PEM certificates from " + file + ": " + e.getMessage(),
                    e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + (root.getMessage() == null ? "" : " " + root.getMessage());
    }

    private static String shorten(@Nullable String message) {
        if (message == null) {
            return "";
        }
        return message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH) + "…";
    }
}
