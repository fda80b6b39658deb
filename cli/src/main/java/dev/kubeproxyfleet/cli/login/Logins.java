package dev.kubeproxyfleet.cli.login;

import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs in to one fleet service, and out of it. */
public final class Logins {

    private final KeptLogins kept;
    private final String server;
    private final InstantSource clock;

    /** @param server address of the fleet service that tokens are for */
    public Logins(KeptLogins kept, String server, InstantSource clock) {
        this.kept = kept;
        this.server = server;
        this.clock = clock;
    }

    /** By a browser of this machine, which is told the page that the user has to see. */
    public void byBrowser(LoginInfo login, Consumer<URI> browser) throws LoginException, InterruptedException {
        try (Provider provider = new Provider(issuer(login))) {
            keep(login, login.clientId(), new BrowserFlow(browser).run(provider, login));
        }
    }

    /** By a browser of another device. */
    public void byDeviceCode(LoginInfo login, DeviceFlow.Waiting waiting) throws LoginException, InterruptedException {
        try (Provider provider = new Provider(issuer(login))) {
            keep(login, login.clientId(), new DeviceFlow(clock, waiting).run(provider, login));
        }
    }

    /** By what the platform of this program says of it. */
    public void federated(LoginInfo login, Map<String, String> environment)
            throws LoginException, InterruptedException {
        keep(login, null, new Federation(environment).run(issuer(login), login.scopes()));
    }

    private static String issuer(LoginInfo login) throws LoginException {
        String issuer = login.issuer();
        if (issuer == null || login.clientId() == null) {
            throw new LoginException(
                    Obstacle.Refused, "the fleet service does not say where and as which client to log in.");
        }
        return issuer;
    }

    private void keep(LoginInfo login, @Nullable String clientId, Provider.Granted granted)
            throws LoginException, InterruptedException {
        KeptLogin made = KeptLogin.of(server, issuer(login), clientId, login.scopes(), granted, clock.instant());
        kept.exclusively(server, () -> {
            kept.write(made);
            return made;
        });
    }

    /** What became of a login that was ended. */
    public sealed interface Ended {

        /** There was none. */
        record NotLoggedIn() implements Ended {}

        /** It is deleted, and the provider renews it for nobody any more. */
        record Revoked(Instant accessUntil) implements Ended {}

        /**
         * It is deleted here alone.
         *
         * @param why the provider was not told
         */
        record Forgotten(String why, Instant accessUntil) implements Ended {}
    }

    /** Deletes the login, whatever the provider says to it. */
    public Ended end() throws LoginException, InterruptedException {
        return kept.exclusively(server, () -> {
            try {
                Optional<KeptLogin> login = kept.readByAnybody(server);
                return login.isEmpty() ? new Ended.NotLoggedIn() : revoke(login.get());
            } finally {
                kept.delete(server);
            }
        });
    }

    private static Ended revoke(KeptLogin login) throws InterruptedException {
        String clientId = login.clientId();
        String refreshToken = login.refreshToken();
        if (clientId == null || refreshToken == null) {
            return new Ended.Revoked(login.expiresAt());
        }
        try (Provider provider = new Provider(login.issuer())) {
            if (!provider.has("revocation_endpoint")) {
                return new Ended.Forgotten("the provider has no way to revoke it", login.expiresAt());
            }
            int status = provider.post(
                            provider.endpoint("revocation_endpoint"),
                            Map.of("client_id", clientId, "token", refreshToken, "token_type_hint", "refresh_token"))
                    .statusCode();
            return status == 200
                    ? new Ended.Revoked(login.expiresAt())
                    : new Ended.Forgotten("the provider answered HTTP " + status, login.expiresAt());
        } catch (LoginException e) {
            return new Ended.Forgotten(e.message(), login.expiresAt());
        }
    }
}
