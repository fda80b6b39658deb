package dev.kubeproxyfleet.simulator.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes tokens with the claims that Entra's v2 tokens have.
 *
 * <p>Sources: "Access token claims reference", "ID token claims reference", "Groups overage claim" and "Access tokens" (of which
 * those for Microsoft's own APIs cannot be validated) of the Microsoft identity platform.
 */
final class Tokens {

    static final String OPENID = "openid";
    static final String OFFLINE = "offline_access";
    private static final Set<String> OF_THE_ISSUER = Set.of(OPENID, OFFLINE, "profile", "email");

    /** What a token is for that was asked for without a scope of the API. */
    private static final String MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";

    private final SigningKeys keys;
    private final String issuer;
    private volatile boolean rolesInIdTokens = true;

    Tokens(SigningKeys keys, String issuer) {
        this.keys = keys;
        this.issuer = issuer;
    }

    /** Whether there is such a scope for users to agree to. */
    static boolean isScope(String scope) {
        return OF_THE_ISSUER.contains(scope) || scope.equals(Issuer.SCOPE);
    }

    void setRolesInIdTokens(boolean are) {
        rolesInIdTokens = are;
    }

    /** A token for a user who signed in at a client. One for Microsoft Graph is signed as nobody but Graph can verify it. */
    String signedAccess(Grants.Consent consent, Instant now, Duration life) {
        ObjectNode claims = access(consent, now, life);
        return claims.path("aud").asText().equals(MICROSOFT_GRAPH) ? keys.signForOthers(claims) : keys.sign(claims);
    }

    /** For a user who signed in at a client. */
    ObjectNode access(Grants.Consent consent, Instant now, Duration life) {
        boolean ofApi = consent.scopes().contains(Issuer.SCOPE);
        String audience = ofApi ? Issuer.API : MICROSOFT_GRAPH;
        ObjectNode claims = claims(audience, now, life)
                .put("azp", consent.client().id())
                .put("azpacr", consent.client().secret() == null ? "0" : "1");
        describe(claims, consent.user(), audience);
        claims.put(
                "scp",
                consent.scopes().stream()
                        .filter(scope -> !scope.equals(OFFLINE))
                        .map(scope -> scope.substring(scope.lastIndexOf('/') + 1))
                        .sorted()
                        .collect(Collectors.joining(" ")));
        if (ofApi) {
            roles(claims, consent.user().roles());
        }
        return claims;
    }

    /** For a client that acts for itself. */
    ObjectNode ofClient(Client client, Instant now, Duration life) {
        String objectId = User.id("client " + client.id());
        ObjectNode claims = claims(Issuer.API, now, life)
                .put("azp", client.id())
                .put("azpacr", "1")
                .put("idtyp", "app")
                .put("oid", objectId)
                .put("sub", objectId);
        roles(claims, client.roles());
        return claims;
    }

    ObjectNode id(Grants.Consent consent, Instant now, Duration life) {
        ObjectNode claims = claims(consent.client().id(), now, life);
        describe(claims, consent.user(), consent.client().id());
        if (rolesInIdTokens && consent.client().id().equals(Issuer.API)) {
            roles(claims, consent.user().roles());
        }
        @Nullable String nonce = consent.nonce();
        if (nonce != null) {
            claims.put("nonce", nonce);
        }
        return claims;
    }

    private ObjectNode claims(String audience, Instant now, Duration life) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("iss", issuer)
                .put("aud", audience)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("exp", now.plus(life).getEpochSecond())
                .put("tid", Issuer.TENANT)
                .put("uti", UUID.randomUUID().toString())
                .put("ver", "2.0");
    }

    private void describe(ObjectNode claims, User user, String audience) {
        claims.put("oid", user.objectId())
                .put("sub", pairwise(user, audience))
                .put("name", user.displayName())
                .put("preferred_username", user.address());
        if (user.groups().size() > User.MAX_GROUPS) {
            claims.putObject("_claim_names").put("groups", "src1");
            claims.putObject("_claim_sources")
                    .putObject("src1")
                    .put("endpoint", "https://graph.microsoft.com/v1.0/users/" + user.objectId() + "/getMemberObjects");
        } else if (!user.groups().isEmpty()) {
            user.groups().forEach(claims.putArray("groups")::add);
        }
    }

    /** A claim without values is left out. */
    private static void roles(ObjectNode claims, List<String> roles) {
        if (!roles.isEmpty()) {
            roles.forEach(claims.putArray("roles")::add);
        }
    }

    /** Another subject for each application, as Entra has it. */
    private static String pairwise(User user, String audience) {
        return hash(user.objectId() + " " + audience);
    }

    /** Base64url of SHA-256, which is also what a PKCE challenge is of its verifier. */
    static String hash(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    String sign(JsonNode claims) {
        return keys.sign(claims);
    }

    /** The claims of a token of this issuer that is good at {@code now}. */
    Optional<JsonNode> good(String token, Instant now) {
        return keys.verified(token).filter(claims -> claims.path("exp").asLong() > now.getEpochSecond());
    }

    /** The claims of a token of this issuer, whether it has ended or not. */
    Optional<JsonNode> own(String token) {
        return keys.verified(token);
    }
}
