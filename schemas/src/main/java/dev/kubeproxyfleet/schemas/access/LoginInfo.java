package dev.kubeproxyfleet.schemas.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to log in, for whoever has not yet.
 *
 * @param required whether there is a login; the rest is left out where there is none
 * @param issuer of tokens, an OpenID provider that answers at {@code <issuer>/.well-known/openid-configuration}
 * @param clientId of command lines, a public client
 * @param scopes to ask for, {@code openid} and {@code offline_access} among them
 */
public record LoginInfo(
        boolean required, @Nullable String issuer, @Nullable String clientId, List<String> scopes) {

    public LoginInfo {
        scopes = List.copyOf(scopes);
    }
}
