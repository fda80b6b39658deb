package dev.kubeproxyfleet.simulator.issuer;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What users have agreed to, and the codes and refresh tokens that stand for it. A code is good once; of one that is used again,
 * and of a refresh token that is used long after it was replaced, somebody else has a copy, so the whole login ends. Thread-safe.
 */
final class Grants {

    /** Of each kind; the oldest is forgotten for a new one. */
    static final int MAX_KEPT = 1_000;

    private static final String NOT_THE_VERIFIER = "The code_verifier does not match the code_challenge.";

    private static final int SECRET_BYTES = 32;
    /** Letters that are not mistaken for each other or for digits. */
    private static final String USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int USER_CODE_LENGTH = 8;

    /** @param nonce that the ID token repeats; null for none */
    record Consent(
            Client client,
            User user,
            Set<String> scopes,
            @Nullable String nonce) {}

    /** One login: all that came of one consent. */
    static final class Login {

        private final Consent consent;
        /** Guarded by the lock of the {@link Grants}. */
        private boolean ended;

        Login(Consent consent) {
            this.consent = consent;
        }

        Consent consent() {
            return consent;
        }
    }

    private static final class Code {

        private final Login login;
        private final String redirect;
        private final String challenge;
        private final Instant expiry;
        private boolean used;

        Code(Login login, String redirect, String challenge, Instant expiry) {
            this.login = login;
            this.redirect = redirect;
            this.challenge = challenge;
            this.expiry = expiry;
        }
    }

    private static final class Refresh {

        private final Login login;
        private final Instant expiry;
        private @Nullable Instant replaced;

        Refresh(Login login, Instant expiry) {
            this.login = login;
            this.expiry = expiry;
        }
    }

    private static final class Device {

        private final Client client;
        private final Set<String> scopes;
        private final @Nullable String challenge;
        private final Instant expiry;
        private @Nullable Instant asked;
        private @Nullable User user;
        private boolean denied;

        Device(Client client, Set<String> scopes, @Nullable String challenge, Instant expiry) {
            this.client = client;
            this.scopes = scopes;
            this.challenge = challenge;
            this.expiry = expiry;
        }
    }

    /** What a device shows to its user, and what it asks with. */
    record DeviceCodes(String deviceCode, String userCode) {}

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Code> codes = kept();
    private final Map<String, Refresh> refreshTokens = kept();
    private final Map<String, Device> devices = kept();
    private final Map<String, Device> devicesByUserCode = kept();
    private Lifetimes lifetimes = Lifetimes.USUAL;

    Grants(InstantSource clock) {
        this.clock = clock;
    }

    private static <T> Map<String, T> kept() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MAX_KEPT;
            }
        };
    }

    synchronized Lifetimes lifetimes() {
        return lifetimes;
    }

    synchronized void setLifetimes(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    /** A code that a client can have tokens for. */
    synchronized String code(Consent consent, String redirect, String challenge) {
        String code = secret();
        codes.put(
                code,
                new Code(
                        new Login(consent), redirect, challenge, clock.instant().plus(lifetimes.code())));
        return code;
    }

    synchronized Login redeem(String code, Client client, String redirect, String verifier) throws Refusal {
        Code found = codes.get(code);
        if (found == null || !found.login.consent.client().equals(client)) {
            throw Refusal.of("invalid_grant", "There is no such authorization code for this client.");
        }
        if (found.used) {
            found.login.ended = true;
            throw Refusal.of("invalid_grant", "The authorization code was used before; its tokens are revoked.");
        }
        if (!clock.instant().isBefore(found.expiry)) {
            throw Refusal.of("invalid_grant", "The authorization code has expired.");
        }
        if (!found.redirect.equals(redirect)) {
            throw Refusal.of("invalid_grant", "The redirect_uri is not the one that the code was sent to.");
        }
        if (!found.challenge.equals(Tokens.hash(verifier))) {
            throw Refusal.of("invalid_grant", NOT_THE_VERIFIER);
        }
        found.used = true;
        return found.login;
    }

    /** A refresh token for what the login is about. */
    synchronized String refreshToken(Login login) {
        String token = secret();
        refreshTokens.put(token, new Refresh(login, clock.instant().plus(lifetimes.refresh())));
        return token;
    }

    /** Spends a refresh token; {@link #refreshToken} makes the next one. */
    synchronized Login refresh(String token, Client client) throws Refusal {
        Refresh found = refreshTokens.get(token);
        if (found == null || !found.login.consent.client().equals(client)) {
            throw Refusal.of("invalid_grant", "There is no such refresh token for this client.");
        }
        if (found.login.ended) {
            throw Refusal.of("invalid_grant", "The login that the refresh token is of has ended.");
        }
        Instant now = clock.instant();
        if (!now.isBefore(found.expiry)) {
            throw Refusal.of("invalid_grant", "The refresh token has expired.");
        }
        Instant replaced = found.replaced;
        if (replaced == null) {
            found.replaced = now;
        } else if (!now.isBefore(replaced.plus(lifetimes.overlap()))) {
            found.login.ended = true;
            throw Refusal.of("invalid_grant", "The refresh token was used before; the login that it is of has ended.");
        }
        return found.login;
    }

    /** Ends the login that a refresh token is of, if there is such a one of this client. */
    synchronized void revoke(String token, Client client) {
        Refresh found = refreshTokens.get(token);
        if (found != null && found.login.consent.client().equals(client)) {
            found.login.ended = true;
        }
    }

    /** Ends what a user has begun at a client. */
    synchronized void endAll(String objectId, String clientId) {
        refreshTokens.values().stream()
                .map(refresh -> refresh.login)
                .filter(login -> login.consent.user().objectId().equals(objectId)
                        && login.consent.client().id().equals(clientId))
                .forEach(login -> login.ended = true);
    }

    /** @param challenge of PKCE; null for a device that does without */
    synchronized DeviceCodes device(Client client, Set<String> scopes, @Nullable String challenge) {
        Device device = new Device(client, scopes, challenge, clock.instant().plus(lifetimes.device()));
        DeviceCodes made = new DeviceCodes(secret(), userCode());
        devices.put(made.deviceCode(), device);
        devicesByUserCode.put(made.userCode(), device);
        return made;
    }

    /**
     * Lets a device in, or not.
     *
     * @param user null to deny it
     * @return false if no device waits with this code
     */
    synchronized boolean answer(String userCode, @Nullable User user) {
        Device device = devicesByUserCode.get(userCode);
        if (device == null || !clock.instant().isBefore(device.expiry)) {
            return false;
        }
        devicesByUserCode.remove(userCode);
        device.user = user;
        device.denied = user == null;
        return true;
    }

    /** RFC 8628, section 3.5. */
    synchronized Login poll(String deviceCode, Client client, String verifier) throws Refusal {
        Device device = devices.get(deviceCode);
        if (device == null || !device.client.equals(client)) {
            throw Refusal.of("invalid_grant", "There is no such device code for this client.");
        }
        if (device.challenge != null && !device.challenge.equals(Tokens.hash(verifier))) {
            throw Refusal.of("invalid_grant", NOT_THE_VERIFIER);
        }
        Instant now = clock.instant();
        if (!now.isBefore(device.expiry)) {
            throw Refusal.of("expired_token", "The device code has expired.");
        }
        if (device.denied) {
            throw Refusal.of("access_denied", "The user has denied it.");
        }
        User user = device.user;
        if (user == null) {
            Instant asked = device.asked;
            device.asked = now;
            throw asked != null && now.isBefore(asked.plus(lifetimes.poll()))
                    ? Refusal.of("slow_down", "The device asks too often.")
                    : Refusal.of("authorization_pending", "The user has not answered yet.");
        }
        devices.remove(deviceCode);
        return new Login(new Consent(client, user, device.scopes, null));
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String userCode() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < USER_CODE_LENGTH; i++) {
            code.append(USER_CODE_LETTERS.charAt(random.nextInt(USER_CODE_LETTERS.length())));
        }
        return code.insert(USER_CODE_LENGTH / 2, '-').toString();
    }
}
