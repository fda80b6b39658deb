package dev.kubeproxyfleet.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A login on another device that has a browser.
 *
 * <p>Source: RFC 8628. PKCE is written for another flow, and some providers demand it in this one too, such as Keycloak of a client that
 * has to use it. It goes to those that say that they know it (RFC 8414, {@code code_challenge_methods_supported}), and to no others.
 */
public final class DeviceFlow {

    private static final long USUAL_INTERVAL_SECONDS = 5;
    private static final long MAX_INTERVAL_SECONDS = 60;
    private static final Duration SLOWER = Duration.ofSeconds(5);
    private static final long USUAL_LIFE_SECONDS = 900;
    private static final long MAX_LIFE_SECONDS = 3_600;

    private final InstantSource clock;
    private final Waiting waiting;

    DeviceFlow(InstantSource clock, Waiting waiting) {
        this.clock = clock;
        this.waiting = waiting;
    }

    Provider.Granted run(Provider provider, LoginInfo login) throws LoginException, InterruptedException {
        String clientId = String.valueOf(login.clientId());
        Optional<Pkce> pkce = provider.knowsPkce() ? Optional.of(Pkce.fresh()) : Optional.empty();
        Map<String, String> request =
                new LinkedHashMap<>(Map.of("client_id", clientId, "scope", String.join(" ", login.scopes())));
        pkce.map(Pkce::begin).ifPresent(request::putAll);
        HttpResponse<byte[]> answer = provider.post(provider.endpoint("device_authorization_endpoint"), request);
        if (answer.statusCode() != 200) {
            throw new LoginException(
                    Obstacle.Refused,
                    "the provider %s refused: %s"
                            .formatted(
                                    provider.issuer(), provider.denied(answer).message()));
        }
        JsonNode device = provider.json(answer);
        String deviceCode = provider.text(device, "device_code");
        waiting.askFor(provider.text(device, "verification_uri"), provider.text(device, "user_code"));
        Map<String, String> poll = new LinkedHashMap<>(Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "client_id",
                clientId,
                "device_code",
                deviceCode));
        pkce.map(Pkce::end).ifPresent(poll::putAll);
        Instant end = clock.instant()
                .plusSeconds(Math.clamp(device.path("expires_in").asLong(USUAL_LIFE_SECONDS), 0, MAX_LIFE_SECONDS));
        Duration interval = Duration.ofSeconds(
                Math.clamp(device.path("interval").asLong(USUAL_INTERVAL_SECONDS), 1, MAX_INTERVAL_SECONDS));
        while (clock.instant().isBefore(end)) {
            waiting.pause(interval);
            HttpResponse<byte[]> polled = provider.post(provider.endpoint("token_endpoint"), poll);
            if (polled.statusCode() == 200) {
                return provider.granted(polled);
            }
            Provider.Denied denied = provider.denied(polled);
            switch (denied.error()) {
                case "authorization_pending" -> {}
                case "slow_down" -> interval = interval.plus(SLOWER);
                default ->
                    throw new LoginException(
                            Obstacle.Refused,
                            "the provider %s refused: %s".formatted(provider.issuer(), denied.message()));
            }
        }
        throw new LoginException(Obstacle.Refused, "nobody entered the code in time; run the command again.");
    }

    /** The user, and the time until there is an answer. */
    public interface Waiting {

        /** Tells the user which page to open, and what to enter there. */
        void askFor(String page, String code);

        void pause(Duration length) throws InterruptedException;
    }
}
