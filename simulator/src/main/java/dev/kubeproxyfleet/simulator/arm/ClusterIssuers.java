package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.json.Json;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * The OIDC issuers of the clusters: their discovery documents and keys, as AKS publishes them for everybody, and the tokens that a
 * kubelet mounts. A cluster's keys are made when they are first asked for, with P-256, since thousands of RSA keys would take
 * minutes; another one at each start. Thread-safe.
 */
final class ClusterIssuers {

    /** Of the simulator's address; in place of AKS's {@code https://<region>.oic.prod-aks.azure.com}. */
    static final String PATH = "/_oic/";

    private static final String DISCOVERY = ".well-known/openid-configuration";
    private static final String KEYS = "openid/v1/jwks";
    private static final Duration LIFE = Duration.ofHours(1);

    /** The kubelet renews a token after 80 % of its life. */
    private static final Duration RENEWED_AFTER = LIFE.multipliedBy(8).dividedBy(10);

    private record Mounted(String keyId, String token, Instant renewedAt) {}

    private final InstantSource clock;
    private final Map<String, PublicJsonWebKey> keys = new ConcurrentHashMap<>();
    private final Map<String, Mounted> mounted = new ConcurrentHashMap<>();

    ClusterIssuers(InstantSource clock) {
        this.clock = clock;
    }

    /** Lets a cluster's document name an issuer of this simulator, where it names any. */
    static void settle(ObjectNode document, String endpoint) {
        if (!endpoint.isEmpty()
                && document.at("/properties/oidcIssuerProfile") instanceof ObjectNode profile
                && profile.hasNonNull("issuerURL")) {
            String[] parts = profile.path("issuerURL").asText().split("/");
            profile.put("issuerURL", endpoint + PATH + parts[parts.length - 2] + "/" + parts[parts.length - 1] + "/");
        }
    }

    static boolean concerns(URI uri) {
        return uri.getPath().startsWith(PATH);
    }

    /** Discovery document or keys of an issuer; empty for any other path. */
    Optional<JsonNode> answer(String endpoint, String path) {
        if (path.endsWith("/" + DISCOVERY)) {
            String issuer = endpoint + path.substring(0, path.length() - DISCOVERY.length());
            return Optional.of(
                    Json.MAPPER.createObjectNode().put("issuer", issuer).put("jwks_uri", issuer + KEYS));
        }
        if (path.endsWith("/" + KEYS)) {
            String issuer = endpoint + path.substring(0, path.length() - KEYS.length());
            ObjectNode set = Json.MAPPER.createObjectNode();
            set.putArray("keys")
                    .add(Json.MAPPER.valueToTree(key(issuer).toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY)));
            return Optional.of(set);
        }
        return Optional.empty();
    }

    /** Another key signs from now on, and the one before is published no longer. */
    void rotate(String issuer) {
        keys.put(issuer, newKey());
    }

    /** The token that is mounted into the agent's pod on a node of the cluster of this issuer. */
    String token(String issuer, String node) {
        Instant now = clock.instant();
        PublicJsonWebKey key = key(issuer);
        return mounted.compute(
                        issuer + node,
                        (unused, there) ->
                                there != null && there.keyId().equals(key.getKeyId()) && now.isBefore(there.renewedAt())
                                        ? there
                                        : new Mounted(
                                                key.getKeyId(), sign(key, issuer, node, now), now.plus(RENEWED_AFTER)))
                .token();
    }

    /** A token for the agent on a node that was issued then. */
    String token(String issuer, String node, Instant issued) {
        return sign(key(issuer), issuer, node, issued);
    }

    private PublicJsonWebKey key(String issuer) {
        return keys.computeIfAbsent(issuer, unused -> newKey());
    }

    private static PublicJsonWebKey newKey() {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException("no key can be made", e);
        }
    }

    /** With the claims that Kubernetes 1.32 puts into it. */
    private static String sign(PublicJsonWebKey key, String issuer, String node, Instant issued) {
        ObjectNode claims = Json.MAPPER.createObjectNode();
        claims.putArray("aud").add(AgentToken.DEFAULT_AUDIENCE);
        claims.put("exp", issued.plus(LIFE).getEpochSecond());
        claims.put("iat", issued.getEpochSecond());
        claims.put("iss", issuer);
        claims.set(
                "kubernetes.io",
                Json.MAPPER.valueToTree(Map.of(
                        "namespace",
                        AgentManifest.NAMESPACE,
                        "node",
                        Map.of("name", node),
                        "serviceaccount",
                        Map.of("name", AgentManifest.NAME))));
        claims.put("nbf", issued.getEpochSecond());
        claims.put("sub", "system:serviceaccount:" + AgentManifest.NAMESPACE + ":" + AgentManifest.NAME);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKey(key.getPrivateKey());
        signature.setPayload(claims.toString());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a token cannot be signed", e);
        }
    }
}
