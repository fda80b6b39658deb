package dev.kubeproxyfleet.cli.login;

import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The token for one fleet service, asked for before each request, since another one may be needed by then. Thread-safe. */
public sealed interface Credentials {

    /** For requests that show none. */
    Credentials NONE = new None();

    /** Empty where there is none; then the service says whether there has to be one. */
    Optional<String> token() throws LoginException, InterruptedException;

    /** None at all. */
    record None() implements Credentials {

        @Override
        public Optional<String> token() {
            return Optional.empty();
        }
    }

    /** One that the user gives. */
    record Given(String text, String origin) implements Credentials {

        @Override
        public Optional<String> token() throws LoginException {
            return Optional.of(Bearer.checked(text, origin));
        }

        @Override
        public String toString() {
            return "Given[by " + origin + "]";
        }
    }

    /** One in a file that somebody else replaces in time. */
    record InFile(Path file) implements Credentials {

        @Override
        public Optional<String> token() throws LoginException {
            return Optional.of(Bearer.read(file));
        }
    }

    /**
     * That of a login, which is renewed when it is about to end.
     *
     * @param server that it is for
     * @param environment where a federated login finds what its platform says of it
     * @param program how the user calls this program, for advice
     */
    record OfLogin(
            KeptLogins logins, String server, Map<String, String> environment, String program, InstantSource clock)
            implements Credentials {

        public OfLogin {
            environment = Map.copyOf(environment);
        }

        @Override
        public Optional<String> token() throws LoginException, InterruptedException {
            Optional<KeptLogin> kept = logins.read(server);
            if (kept.isEmpty() || isGood(kept.get())) {
                return kept.map(KeptLogin::accessToken);
            }
            return logins.exclusively(server, () -> {
                // Another command may have done it meanwhile.
                Optional<KeptLogin> now = logins.read(server);
                if (now.isEmpty() || isGood(now.get())) {
                    return now.map(KeptLogin::accessToken);
                }
                return Optional.of(renewed(now.get()));
            });
        }

        private boolean isGood(KeptLogin login) {
            return clock.instant().isBefore(login.renewAt());
        }

        private String renewed(KeptLogin login) throws LoginException, InterruptedException {
            try {
                Provider.Granted granted = renew(login);
                logins.write(login.renewed(granted, clock.instant()));
                return granted.accessToken();
            } catch (LoginException e) {
                Instant now = clock.instant();
                if (e.obstacle() == Obstacle.Unreachable && now.isBefore(login.expiresAt())) {
                    return login.accessToken();
                }
                throw e.obstacle() == Obstacle.Refused
                        ? new LoginException(
                                Obstacle.Refused,
                                "the login has ended: %s Log in again with '%s login'."
                                        .formatted(sentence(e.message()), program))
                        : e;
            }
        }

        private static String sentence(String text) {
            return text.endsWith(".") ? text : text + ".";
        }

        private Provider.Granted renew(KeptLogin login) throws LoginException, InterruptedException {
            String clientId = login.clientId();
            if (clientId == null) {
                return new Federation(environment).run(login.issuer(), login.scopes());
            }
            String refreshToken = login.refreshToken();
            if (refreshToken == null) {
                throw new LoginException(Obstacle.Refused, "the provider gave no token to renew it with.");
            }
            try (Provider provider = new Provider(login.issuer())) {
                return provider.granted(
                        Map.of("grant_type", "refresh_token", "client_id", clientId, "refresh_token", refreshToken));
            }
        }
    }
}
