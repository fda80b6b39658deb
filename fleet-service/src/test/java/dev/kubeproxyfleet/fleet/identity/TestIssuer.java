package dev.kubeproxyfleet.fleet.identity;

import dev.kubeproxyfleet.schemas.agent.AgentToken;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An issuer of a cluster, which signs tokens as an API server does. */
public final class TestIssuer {

    public static final String ACCOUNT = "kubeproxy-fleet/node-agent";
    public static final String SUBJECT = "system:serviceaccount:kubeproxy-fleet:node-agent";

    private static final long LIFE_SECONDS = 3_600;

    private final String url;
    private PublicJsonWebKey key;

    public TestIssuer(String url) {
        this.url = url;
        this.key = key("key-1");
    }

    private static PublicJsonWebKey key(String id) {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId(id);
            return key;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    public String url() {
        return url;
    }

    public PublicJsonWebKey key() {
        return key;
    }

    /** Signs with another key from now on. */
    public void rotate(String id) {
        key = key(id);
    }

    /** Of the agent's pod on a node. */
    public byte[] token(String node, Instant issuedAt) {
        return token(node, issuedAt, claims -> {}, signed -> {});
    }

    byte[] token(String node, Instant issuedAt, Consumer<JwtClaims> change, Consumer<JsonWebSignature> sign) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url);
        claims.setSubject(SUBJECT);
        claims.setAudience(List.of(AgentToken.DEFAULT_AUDIENCE));
        claims.setIssuedAt(NumericDate.fromSeconds(issuedAt.getEpochSecond()));
        claims.setNotBefore(NumericDate.fromSeconds(issuedAt.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(issuedAt.getEpochSecond() + LIFE_SECONDS));
        claims.setClaim(
                "kubernetes.io", Map.of("namespace", "kubeproxy-fleet", "node", new HashMap<>(Map.of("name", node))));
        change.accept(claims);
        JsonWebSignature signed = new JsonWebSignature();
        signed.setPayload(claims.toJson());
        signed.setKey(key.getPrivateKey());
        signed.setKeyIdHeaderValue(key.getKeyId());
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        sign.accept(signed);
        try {
            return signed.getCompactSerialization().getBytes(StandardCharsets.US_ASCII);
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /** One that knows the present keys of these issuers, and of no others. */
    public static TokenJudge judge(TestIssuer... issuers) {
        return new TokenJudge(
                (url, keyId) -> Stream.of(issuers)
                        .filter(issuer -> issuer.url.equals(url))
                        .<KeySource.Found>map(issuer -> issuer.key.getKeyId().equals(keyId)
                                ? new KeySource.Found.Known(issuer.key.getKey())
                                : new KeySource.Found.Absent())
                        .findFirst()
                        .orElseGet(KeySource.Found.NotYet::new),
                AgentToken.DEFAULT_AUDIENCE,
                ACCOUNT);
    }
}
