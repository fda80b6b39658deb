package dev.kubeproxyfleet.cli.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * Shows that who asks for the tokens of a login has begun it: the provider is told the hash of a secret first, and the secret in the end.
 *
 * <p>Source: RFC 7636.
 */
record Pkce(String verifier) {

    static final String METHOD = "S256";

    static Pkce fresh() {
        return new Pkce(RandomText.fresh());
    }

    /** What the request has that begins the login. */
    Map<String, String> begin() {
        return Map.of("code_challenge", challenge(), "code_challenge_method", METHOD);
    }

    /** What the request has that asks for the tokens. */
    Map<String, String> end() {
        return Map.of("code_verifier", verifier);
    }

    private String challenge() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Pkce";
    }
}
