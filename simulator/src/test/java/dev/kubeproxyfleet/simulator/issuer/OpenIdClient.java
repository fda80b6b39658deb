package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Speaks OpenID Connect by plain HTTP, and verifies tokens with the JDK alone. */
final class OpenIdClient implements AutoCloseable {

    static final String VERIFIER = "a-verifier-that-has-at-least-forty-three-letters";

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonNode configuration;

    OpenIdClient(URI issuer) throws IOException, InterruptedException {
        configuration = Json.MAPPER.readTree(
                get(issuer + "/.well-known/openid-configuration").body());
    }

    String endpoint(String name) {
        return configuration.path(name).asText();
    }

    HttpResponse<String> get(String uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String uri, Map<String, String> form) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(encoded(form)))
                        .build(),
                BodyHandlers.ofString());
    }

    JsonNode token(Map<String, String> form) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(post(endpoint("token_endpoint"), form).body());
    }

    HttpResponse<String> userInfo(String token) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(endpoint("userinfo_endpoint")))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    /** What a command line asks the authorization endpoint, for a user who has chosen. */
    static Map<String, String> request(String user) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("client_id", Issuer.COMMAND_LINE);
        fields.put("response_type", "code");
        fields.put("redirect_uri", "http://127.0.0.1:5000/login");
        fields.put("scope", "openid offline_access " + Issuer.SCOPE);
        fields.put("state", "xyz");
        fields.put("code_challenge", challenge());
        fields.put("code_challenge_method", "S256");
        fields.put("user", user);
        return fields;
    }

    /** Parameters of the address that the browser is sent to. */
    Map<String, String> authorize(Map<String, String> fields) throws IOException, InterruptedException {
        HttpResponse<String> response = post(endpoint("authorization_endpoint"), fields);
        String location = response.headers().firstValue("Location").orElseThrow();
        return Arrays.stream(URI.create(location).getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    Map<String, String> redemption(String user) throws IOException, InterruptedException {
        return new HashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "client_id",
                Issuer.COMMAND_LINE,
                "redirect_uri",
                "http://127.0.0.1:5000/login",
                "code_verifier",
                VERIFIER,
                "code",
                authorize(request(user)).get("code")));
    }

    static String challenge() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The claims of a token whose signature one of the published keys has made. */
    JsonNode verified(String token) throws IOException, InterruptedException, GeneralSecurityException {
        String[] parts = token.split("\\.");
        Base64.Decoder base64 = Base64.getUrlDecoder();
        String keyId = Json.MAPPER.readTree(base64.decode(parts[0])).path("kid").asText();
        JsonNode keys = Json.MAPPER.readTree(get(endpoint("jwks_uri")).body()).path("keys");
        for (JsonNode key : keys) {
            if (key.path("kid").asText().equals(keyId)) {
                Signature signature = Signature.getInstance("SHA256withRSA");
                signature.initVerify(KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(key.path("n")), number(key.path("e")))));
                signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
                if (signature.verify(base64.decode(parts[2]))) {
                    return Json.MAPPER.readTree(base64.decode(parts[1]));
                }
            }
        }
        throw new GeneralSecurityException("none of the published keys has signed the token");
    }

    private static BigInteger number(JsonNode encoded) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(encoded.asText()));
    }

    @Override
    public void close() {
        http.close();
    }
}
