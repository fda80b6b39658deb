package dev.kubeproxyfleet.fleet.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * Reads an issuer's keys: its discovery document, and the key set that this names (OpenID Connect Discovery 1.0, section 4). Only
 * over HTTPS, only from the issuer's own host, and without following a redirect: what an issuer says must not make the service
 * ask others. Thread-safe.
 */
final class IssuerDocuments implements IssuerKeys.Fetch {

    /** Longest document that is read, in bytes; an issuer of AKS gives some 2,000. */
    static final int MAX_BYTES = 64 * 1024;

    /** For the whole of one answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int OK = 200;

    private final HttpClient client;

    /** @param client that follows no redirects */
    IssuerDocuments(HttpClient client) {
        this.client = client;
    }

    @Override
    public Map<String, Key> keys(String issuer) throws IOException {
        URI home = https(issuer);
        JsonNode discovery = Json.MAPPER.readTree(
                get(URI.create((issuer.endsWith("/") ? issuer : issuer + "/") + ".well-known/openid-configuration")));
        if (!discovery.path("issuer").asText().equals(issuer)) {
            throw new IOException("its discovery document is of another issuer");
        }
        URI keys = https(discovery.path("jwks_uri").asText());
        if (!Objects.equals(keys.getAuthority(), home.getAuthority())) {
            throw new IOException("its keys are said to be on another host, " + keys.getHost());
        }
        return read(get(keys));
    }

    private static URI https(String url) throws IOException {
        try {
            URI uri = URI.create(url);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException none) {
            // The same as any other that will not do.
        }
        throw new IOException("it is no https URL, or names its keys by none");
    }

    private static Map<String, Key> read(byte[] json) throws IOException {
        Map<String, Key> keys = new HashMap<>();
        try {
            for (JsonWebKey key : new JsonWebKeySet(new String(json, StandardCharsets.UTF_8)).getJsonWebKeys()) {
                // A shared secret would let whoever can verify a token sign one.
                if (key.getKeyId() != null && key.getKey() instanceof PublicKey usable) {
                    keys.put(key.getKeyId(), usable);
                }
            }
        } catch (JoseException e) {
            throw new IOException("its key set cannot be read", e);
        }
        if (keys.isEmpty()) {
            throw new IOException("its key set has no public key");
        }
        return keys;
    }

    /** The JDK's own timeout ends with the headers of the answer; this one is of the whole. */
    private byte[] get(URI url) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new IOException(url + " answers with status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException(url + " has not answered within " + TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(url + " was asked in vain: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the service stops", e);
        } finally {
            answer.cancel(true);
        }
    }
}
