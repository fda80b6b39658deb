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
import com.azure.core.http.policy.HttpLogDetailLevel;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.http.policy.RequestIdPolicy;
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
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * ARM through the Azure SDK's pipeline, with raw JSON: the SDK's models drop members that they do not know.
 *
 * <p>Nothing is repeated here: every call spends a token of a budget, and a write whose fate is unknown, and every {@code
 * Retry-After}, are the callers' to judge.
 */
final class AzureArmGateway implements ArmGateway {

    static final int MAX_MESSAGE_LENGTH = 2_000;
    static final long MAX_ANSWER_BYTES = 64L * 1024 * 1024;

    private static final Logger LOG = Logger.getLogger(AzureArmGateway.class);
    private static final HttpHeaderName ASYNC_OPERATION = HttpHeaderName.fromString("Azure-AsyncOperation");
    private static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-client-request-id");
    private static final HttpHeaderName CORRELATION = HttpHeaderName.fromString("x-ms-correlation-request-id");
    private static final HttpHeaderName REMAINING_READS =
            HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-reads");
    private static final HttpHeaderName REMAINING_WRITES =
            HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-writes");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ArmAddress address;
    private final HttpPipeline pipeline;
    private final InstantSource clock;

    /**
     * @throws IllegalArgumentException if a setting makes no sense; the message names it
     */
    AzureArmGateway(AzureSettings settings, InstantSource clock) {
        this(settings, clock, client(settings, false));
    }

    /** As {@link #AzureArmGateway(AzureSettings, InstantSource)}, over another transport. */
    AzureArmGateway(AzureSettings settings, InstantSource clock, HttpClient client) {
        URI endpoint = settings.armEndpoint();
        if (!"https".equalsIgnoreCase(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.endpoint must be an https address, since a bearer token goes there, not "
                            + endpoint);
        }
        this.address = new ArmAddress(endpoint, settings.apiVersion());
        this.clock = clock;
        this.pipeline = pipeline(client, credential(settings), settings.cloud().scope());
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
        HttpRequest http = http(request, url.get());
        try (HttpResponse response = pipeline.sendSync(http, Context.NONE)) {
            ArmResult result = read(response, request.writes() ? REMAINING_WRITES : REMAINING_READS);
            log(request, result, response);
            return result;
        } catch (ClientAuthenticationException e) {
            return new ArmResult.ArmError(
                    401,
                    ArmResult.CREDENTIAL_UNAVAILABLE,
                    shorten("no token for " + url.get().getHost() + ": " + e.getMessage()),
                    null);
        } catch (RuntimeException e) {
            // The SDK throws whatever its HTTP client, its credential and Reactor throw.
            String cause = rootMessage(Exceptions.unwrap(e));
            LOG.infof(
                    "ARM gave no answer call=%s target=%s request=%s cause=%s",
                    request.kind().tag(), request.about(), http.getHeaders().getValue(REQUEST_ID), cause);
            return new ArmResult.ArmError(
                    0,
                    ArmResult.NETWORK_ERROR,
                    shorten("no answer from " + url.get().getHost() + ": " + cause),
                    null);
        }
    }

    private static HttpRequest http(ArmRequest request, URI url) {
        HttpMethod method = HttpMethod.GET;
        JsonNode body = null;
        if (request instanceof ArmRequest.PutCluster put) {
            method = HttpMethod.PUT;
            body = put.body();
        } else if (request instanceof ArmRequest.CreateCluster create) {
            method = HttpMethod.PUT;
            body = create.body();
        } else if (request.writes()) {
            method = HttpMethod.POST;
        }
        HttpRequest http = new HttpRequest(method, url.toString());
        http.setHeader(HttpHeaderName.ACCEPT, "application/json");
        if (request instanceof ArmRequest.PutCluster put && put.eTag() != null) {
            http.setHeader(HttpHeaderName.IF_MATCH, put.eTag());
        }
        if (request instanceof ArmRequest.CreateCluster) {
            http.setHeader(HttpHeaderName.IF_NONE_MATCH, "*");
        }
        if (body != null) {
            http.setHeader(HttpHeaderName.CONTENT_TYPE, "application/json");
            http.setBody(body.toString());
        } else if (method == HttpMethod.POST) {
            http.setHeader(HttpHeaderName.CONTENT_LENGTH, "0");
        }
        return http;
    }

    /** Support asks for the correlation id; the body, which may be anything, and the headers stay out of the log. */
    private static void log(ArmRequest request, ArmResult result, HttpResponse response) {
        String correlation = response.getHeaderValue(CORRELATION);
        switch (result) {
            case ArmResult.Ok ok -> {
                if (request.writes()) {
                    LOG.infof(
                            "ARM accepted call=%s target=%s status=%d correlation=%s",
                            request.kind().tag(), request.about(), ok.status(), correlation);
                } else {
                    LOG.debugf(
                            "ARM answered call=%s target=%s status=%d correlation=%s",
                            request.kind().tag(), request.about(), ok.status(), correlation);
                }
            }
            case ArmResult.ArmError error ->
                LOG.infof(
                        "ARM refused call=%s target=%s status=%d code=%s correlation=%s",
                        request.kind().tag(), request.about(), error.status(), error.code(), correlation);
        }
    }

    private ArmResult read(HttpResponse response, HttpHeaderName remainingHeader) {
        Integer remaining = number(response.getHeaderValue(remainingHeader));
        int status = response.getStatusCode();
        String length = response.getHeaderValue(HttpHeaderName.CONTENT_LENGTH);
        if (length != null && Long.parseLong(length) > MAX_ANSWER_BYTES) {
            return new ArmResult.ArmError(
                    status, ArmResult.UNREADABLE_ANSWER, "an answer of " + length + " bytes is too large", null);
        }
        JsonNode body;
        try (InputStream in = response.getBodyAsBinaryData().toStream()) {
            byte[] bytes = in.readNBytes((int) MAX_ANSWER_BYTES);
            body = bytes.length == 0 ? MissingNode.getInstance() : Json.EXACT.readTree(bytes);
        } catch (IOException e) {
            body = MissingNode.getInstance();
            if (status < 300) {
                return new ArmResult.ArmError(
                        0, ArmResult.UNREADABLE_ANSWER, shorten("not JSON: " + e.getMessage()), null);
            }
        }
        if (status >= 200 && status < 300) {
            String operation = response.getHeaderValue(ASYNC_OPERATION);
            return new ArmResult.Ok(
                    status,
                    body,
                    eTag(response, body),
                    operation == null ? response.getHeaderValue(HttpHeaderName.LOCATION) : operation,
                    remaining);
        }
        // ARM wraps its errors; AKS now and then does not.
        JsonNode error = body.path("error").isObject() ? body.path("error") : body;
        String code = error.path("code").asText("");
        return new ArmResult.ArmError(
                status,
                code.isEmpty() ? "Http" + status : code,
                shorten(ArmErrors.message(error)),
                retryAfter(response),
                remaining);
    }

    private static @Nullable Integer number(@Nullable String header) {
        try {
            return header == null ? null : Integer.valueOf(header.strip());
        } catch (NumberFormatException e) {
            return null;
        }
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

    private static HttpPipeline pipeline(HttpClient client, TokenCredential credential, String scope) {
        return new HttpPipelineBuilder()
                .httpClient(client)
                .policies(
                        new UserAgentPolicy("kubeproxy-fleet"),
                        new RequestIdPolicy(),
                        new BearerTokenAuthenticationPolicy(credential, scope))
                .build();
    }

    private static TokenCredential credential(AzureSettings settings) {
        if (settings.staticToken().isEmpty()) {
            DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
                    .authorityHost(settings.entraAuthority().toString())
                    // Whatever AZURE_HTTP_LOG_DETAIL_LEVEL says: the bodies of these requests are secrets.
                    .httpLogOptions(new HttpLogOptions().setLogLevel(HttpLogDetailLevel.NONE))
                    .httpClient(client(settings, true));
            // An authority of one's own is in no public directory of authorities.
            return settings.authority().isPresent()
                    ? builder.disableInstanceDiscovery().build()
                    : builder.build();
        }
        if (!loopback(settings.armEndpoint().getHost())) {
            throw new IllegalArgumentException("kpfleet.azure.static-token is for a simulator on this machine, but"
                    + " kpfleet.azure.endpoint is " + settings.armEndpoint() + "; unset one of them");
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

    /** @param publicToo trusts the JDK's own certificates beside the configured ones: Microsoft Entra may be the public one */
    private static HttpClient client(AzureSettings settings, boolean publicToo) {
        java.net.http.HttpClient.Builder builder =
                java.net.http.HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
        settings.caCertificate().ifPresent(file -> builder.sslContext(trusting(file, publicToo)));
        return new JdkHttpClientBuilder(builder)
                .connectionTimeout(CONNECT_TIMEOUT)
                .responseTimeout(settings.requestTimeout())
                .readTimeout(settings.requestTimeout())
                .build();
    }

    private static SSLContext trusting(Path file, boolean publicToo) {
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
            if (publicToo) {
                trust.init((KeyStore) null);
                for (TrustManager manager : trust.getTrustManagers()) {
                    if (manager instanceof X509TrustManager own) {
                        for (Certificate certificate : own.getAcceptedIssuers()) {
                            trusted.setCertificateEntry("ca" + index++, certificate);
                        }
                    }
                }
            }
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
