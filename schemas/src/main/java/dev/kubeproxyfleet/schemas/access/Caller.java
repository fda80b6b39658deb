package dev.kubeproxyfleet.schemas.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the service takes a caller for.
 *
 * @param login whether there is a login; without one, whoever can connect may do everything and says its own name
 * @param subject what the issuer calls the caller, for ever; null without a login
 * @param name for people
 * @param grants what the caller is; in the order of the claims
 * @param expiresAt when the login ends unless it is renewed; null without a login
 */
public record Caller(
        boolean login,
        @Nullable String subject,
        String name,
        List<Grant> grants,
        @Nullable Instant expiresAt) {

    public Caller {
        grants = List.copyOf(grants);
    }
}
