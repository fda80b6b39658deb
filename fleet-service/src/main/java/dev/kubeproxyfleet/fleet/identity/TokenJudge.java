package dev.kubeproxyfleet.fleet.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Judges the tokens of agents. Never waits for anything. Thread-safe. */
public final class TokenJudge {

    /** By how much the clocks of an API server and a broker may differ, and how long a record may be on its way. */
    static final Duration LEEWAY = Duration.ofMinutes(2);

    /** What API servers sign with; never a shared secret, and never nothing. */
    private static final AlgorithmConstraints SIGNATURES = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512);

    private static final String ACCOUNT = "system:serviceaccount:";

    private final KeySource keys;
    private final String audience;
    private final String subject;

    /**
     * @param serviceAccount {@code namespace/name}
     * @throws IllegalArgumentException if it is not
     */
    public TokenJudge(KeySource keys, String audience, String serviceAccount) {
        String[] parts = serviceAccount.split("/", -1);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new IllegalArgumentException("kpfleet.agents.service-account must be <namespace>/<name>, such as"
                    + " kubeproxy-fleet/node-agent, not " + serviceAccount);
        }
        this.keys = keys;
        this.audience = audience;
        this.subject = ACCOUNT + parts[0] + ":" + parts[1];
    }

    /**
     * @param token that came with a snapshot; null if none did
     * @param issuer of the cluster that the snapshot names, as the inventory has it; null if it has none
     * @param node that the snapshot names
     * @param at when the broker took the snapshot
     * @param known what was proven last for this node; null if nothing was
     */
    public Verdict judge(
            byte @Nullable [] token, @Nullable String issuer, String node, Instant at, @Nullable SignedToken known) {
        if (token == null) {
            return new Verdict.Unproven(TokenReason.NoToken, "it came without a token");
        }
        if (issuer == null) {
            return new Verdict.Unproven(TokenReason.NoIssuer, "no issuer of its cluster is known");
        }
        if (token.length > AgentToken.MAX_BYTES) {
            return new Verdict.Unproven(TokenReason.TokenUnreadable, "its token has " + token.length + " bytes");
        }
        Digest digest = Digest.of(token);
        if (known != null && known.digest().equals(digest) && isStillGood(known, issuer)) {
            return fits(known, node, at);
        }
        return verify(new String(token, StandardCharsets.US_ASCII), digest, issuer, node, at);
    }

    private boolean isStillGood(SignedToken known, String issuer) {
        return known.issuer().equals(issuer)
                && keys.find(issuer, known.keyId()) instanceof KeySource.Found.Known(Key key)
                && key.equals(known.key());
    }

    private Verdict verify(String token, Digest digest, String issuer, String node, Instant at) {
        try {
            JsonWebSignature signed = new JsonWebSignature();
            signed.setAlgorithmConstraints(SIGNATURES);
            signed.setCompactSerialization(token);
            JsonNode claims = Json.MAPPER.readTree(signed.getUnverifiedPayload());
            String keyId = signed.getKeyIdHeaderValue();
            if (claims == null || !claims.isObject() || keyId == null) {
                return new Verdict.Unproven(TokenReason.TokenUnreadable, "its token has no claims, or names no key");
            }
            // What somebody else has issued is never a reason to ask anybody for keys.
            String claimed = claims.path("iss").asText();
            if (!claimed.equals(issuer)) {
                return new Verdict.Unproven(
                        TokenReason.TokenOfOtherIssuer,
                        "its token says that it is of issuer " + claimed + ", and its cluster has " + issuer);
            }
            return switch (keys.find(issuer, keyId)) {
                case KeySource.Found.NotYet() ->
                    new Verdict.Unproven(
                            TokenReason.IssuerKeysUnknown, "the keys of issuer " + issuer + " are not known yet");
                case KeySource.Found.Absent() -> forged("issuer " + issuer + " has no key " + keyId);
                case KeySource.Found.Known(Key key) -> {
                    signed.setKey(key);
                    yield signed.verifySignature()
                            ? fits(read(claims, digest, issuer, keyId, key), node, at)
                            : forged("its signature is wrong");
                }
            };
        } catch (JoseException | JsonProcessingException e) {
            // Their messages quote the token.
            return new Verdict.Unproven(
                    TokenReason.TokenUnreadable, "what came as its token is none that can be checked");
        }
    }

    private static Verdict forged(String detail) {
        return new Verdict.Unproven(TokenReason.TokenForged, detail);
    }

    private static SignedToken read(JsonNode claims, Digest digest, String issuer, String keyId, Key key) {
        List<String> audiences = new ArrayList<>();
        JsonNode audience = claims.path("aud");
        if (audience.isTextual()) {
            audiences.add(audience.asText());
        }
        audience.forEach(each -> audiences.add(each.asText()));
        JsonNode node = claims.path("kubernetes.io").path("node").path("name");
        return new SignedToken(
                digest,
                issuer,
                keyId,
                key,
                claims.path("sub").asText(),
                audiences,
                time(claims.path("nbf"), Instant.EPOCH),
                // A token that never expires was never one of an agent's.
                time(claims.path("exp"), Instant.EPOCH),
                node.isTextual() ? node.asText() : null);
    }

    /** NumericDate of RFC 7519, section 2: seconds since 1970. */
    private static Instant time(JsonNode seconds, Instant absent) {
        return seconds.canConvertToLong() && seconds.asLong() >= 0 && seconds.asLong() <= Integer.MAX_VALUE * 4L
                ? Instant.ofEpochSecond(seconds.asLong())
                : absent;
    }

    private Verdict fits(SignedToken token, String node, Instant at) {
        if (!token.subject().equals(subject) || !token.audiences().contains(audience)) {
            return new Verdict.Unproven(
                    TokenReason.TokenOfOtherAccount,
                    "its token is of " + token.subject() + " for " + token.audiences() + ", not of " + subject + " for "
                            + audience);
        }
        if (token.node() != null && !token.node().equals(node)) {
            return new Verdict.Unproven(TokenReason.TokenOfOtherNode, "its token is of a pod on node " + token.node());
        }
        if (at.isBefore(token.notBefore().minus(LEEWAY))
                || !at.isBefore(token.expires().plus(LEEWAY))) {
            return new Verdict.Unproven(
                    TokenReason.TokenExpired,
                    "its token is valid from " + token.notBefore() + " to " + token.expires()
                            + ", and the broker took it at " + at);
        }
        return new Verdict.Proven(token);
    }
}
