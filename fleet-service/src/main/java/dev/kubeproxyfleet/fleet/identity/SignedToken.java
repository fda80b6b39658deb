package dev.kubeproxyfleet.fleet.identity;

import java.security.Key;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token says whose signature is good. The token itself is not kept.
 *
 * @param digest SHA-256 of the token, by which it is known again
 * @param key that has verified the signature
 * @param node that the token's pod is bound to; null where the cluster is older than Kubernetes 1.32 and does not tell
 */
public record SignedToken(
        Digest digest,
        String issuer,
        String keyId,
        Key key,
        String subject,
        List<String> audiences,
        Instant notBefore,
        Instant expires,
        @Nullable String node) {

    public SignedToken {
        audiences = List.copyOf(audiences);
    }

    @Override
    public String toString() {
        return subject + " of " + issuer;
    }
}
