package dev.kubeproxyfleet.cli.login;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a login.
 *
 * @param server address of the fleet service that the tokens are for
 * @param issuer that they are of
 * @param clientId that they were given to; null for a federated login, which takes it from the environment
 * @param scopes as the fleet service named them
 * @param refreshToken null where there is none
 * @param renewAt from when on another access token is to be got
 * @param expiresAt from when on the access token is not good any more
 */
record KeptLogin(
        String server,
        String issuer,
        @Nullable String clientId,
        List<String> scopes,
        String accessToken,
        @Nullable String refreshToken,
        Instant renewAt,
        Instant expiresAt) {

    private static final Duration AHEAD = Duration.ofMinutes(1);
    /** Of a short life, another access token is got once this part of it is left. */
    private static final int PART = 5;

    KeptLogin {
        scopes = List.copyOf(scopes);
    }

    static KeptLogin of(
            String server,
            String issuer,
            @Nullable String clientId,
            List<String> scopes,
            Provider.Granted granted,
            Instant now) {
        Duration part = granted.life().dividedBy(PART);
        Instant end = now.plus(granted.life()).truncatedTo(ChronoUnit.SECONDS);
        return new KeptLogin(
                server,
                issuer,
                clientId,
                scopes,
                granted.accessToken(),
                granted.refreshToken(),
                end.minus(part.compareTo(AHEAD) < 0 ? part : AHEAD),
                end);
    }

    /** The next one; a provider that does not replace the refresh token leaves it as it is. */
    KeptLogin renewed(Provider.Granted granted, Instant now) {
        return of(
                server,
                issuer,
                clientId,
                scopes,
                granted.refreshToken() == null
                        ? new Provider.Granted(granted.accessToken(), refreshToken, granted.life())
                        : granted,
                now);
    }

    @Override
    public String toString() {
        return "KeptLogin[" + server + " by " + issuer + " until " + expiresAt + "]";
    }
}
