package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** The keys that tokens are signed with: one signs, and the one before it is still published. Thread-safe. */
final class SigningKeys {

    private static final int BITS = 2048;
    private static final int PUBLISHED = 2;

    /** The newest is the last. */
    private final List<RsaJsonWebKey> keys = new ArrayList<>();

    /** Never published. */
    private final RsaJsonWebKey ofOthers = generated();

    SigningKeys() {
        rotate();
    }

    /** Signs with another key from now on; tokens of the key before the last one cannot be verified any more. */
    synchronized void rotate() {
        keys.add(generated());
        if (keys.size() > PUBLISHED) {
            keys.removeFirst();
        }
    }

    private static RsaJsonWebKey generated() {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(BITS);
            key.setKeyId(UUID.randomUUID().toString());
            key.setUse("sig");
            key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException("no RSA key can be made", e);
        }
    }

    /** The JSON Web Key Set, RFC 7517. */
    synchronized ObjectNode published() {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        keys.forEach(key -> set.withArray("keys")
                .add(Json.MAPPER.valueToTree(key.toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY))));
        return set;
    }

    synchronized String sign(JsonNode claims) {
        return sign(claims, keys.getLast());
    }

    /** Names the key that signs, and is not signed by it. */
    synchronized String signForOthers(JsonNode claims) {
        return sign(claims, ofOthers);
    }

    private String sign(JsonNode claims, RsaJsonWebKey key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setHeader("typ", "JWT");
        signature.setKeyIdHeaderValue(keys.getLast().getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKey(key.getPrivateKey());
        signature.setPayload(claims.toString());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a token cannot be signed", e);
        }
    }

    /** The claims of a token that one of the published keys has signed, whenever it ends; empty for any other text. */
    synchronized Optional<JsonNode> verified(String token) {
        for (RsaJsonWebKey key : keys) {
            try {
                JsonWebSignature signature = new JsonWebSignature();
                signature.setAlgorithmConstraints(new org.jose4j.jwa.AlgorithmConstraints(
                        org.jose4j.jwa.AlgorithmConstraints.ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256));
                signature.setCompactSerialization(token);
                signature.setKey(key.getPublicKey());
                if (signature.verifySignature()) {
                    return Optional.of(Json.MAPPER.readTree(signature.getPayload()));
                }
            } catch (JoseException | IOException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
