package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.api.RefusedTokens.Shown;
import io.github.bucket4j.TimeMeter;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

/** What is logged of tokens, as jose4j refuses them. */
class RefusedTokensTest {

    private static final RsaJsonWebKey KEY = key();
    private static final RsaJsonWebKey OTHER_KEY = key();

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final RefusedTokens tokens = new RefusedTokens(lines::add, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private static RsaJsonWebKey key() {
        try {
            return RsaJwkGenerator.generateJwk(2048);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String token(RsaJsonWebKey key, String issuer, String audience, long end) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("mallory\nroot");
        claims.setIssuer(issuer);
        claims.setAudience(audience);
        claims.setExpirationTime(NumericDate.fromSeconds(end));
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    /** As the login wraps it. */
    private static AuthenticationFailedException failure(String token) {
        try {
            new JwtConsumerBuilder()
                    .setVerificationKey(KEY.getPublicKey())
                    .setExpectedIssuer("https://issuer.example")
                    .setExpectedAudience("fleet")
                    .setRequireExpirationTime()
                    .build()
                    .processToClaims(token);
        } catch (InvalidJwtException e) {
            return new AuthenticationFailedException(e);
        }
        throw new AssertionError("the token is taken");
    }

    @Test
    void whatTheIssuerHasSignedIsSaid() throws Exception {
        long later = 4_000_000_000L;
        String proven = " (subject mallory?root of issuer https://issuer.example)";
        assertThat(RefusedTokens.why(Shown.Token, failure(token(KEY, "https://issuer.example", "fleet", 1))))
                .isEqualTo("it has ended" + proven);
        assertThat(RefusedTokens.why(Shown.Token, failure(token(KEY, "https://issuer.example", "other", later))))
                .isEqualTo("it is for another service" + proven);
        assertThat(RefusedTokens.why(Shown.Token, failure(token(KEY, "https://issuer.example", "other", 1))))
                .isEqualTo("it is for another service, it has ended" + proven);
        assertThat(RefusedTokens.why(Shown.Token, failure(token(KEY, "https://other.example", "fleet", later))))
                .isEqualTo("it names another issuer (subject mallory?root of issuer https://other.example)");
    }

    @Test
    void whatNobodyHasProvenIsNotSaid() throws Exception {
        assertThat(RefusedTokens.why(Shown.Token, failure(token(OTHER_KEY, "https://issuer.example", "fleet", 1))))
                .isEqualTo("the issuer has not signed it");
        assertThat(RefusedTokens.why(Shown.Token, failure("nonsense"))).isEqualTo("the issuer has not signed it");
        assertThat(RefusedTokens.why(Shown.Token, new AuthenticationFailedException()))
                .isEqualTo("it is none of the issuer's, or its keys are not at hand");
    }

    @Test
    void ofALoginItIsSaidWhatTheIssuerHasAnsweredAndNothingOfATokenThatNobodyHasProven() throws Exception {
        String forged = token(OTHER_KEY, "https://issuer.example", "fleet", 4_000_000_000L);
        assertThat(RefusedTokens.why(Shown.Login, new AuthenticationCompletionException(failure(forged))))
                .isEqualTo("of a token that the issuer has given, the issuer has not signed it");
        assertThat(RefusedTokens.why(Shown.Login, new AuthenticationCompletionException(failure("nonsense"))))
                .isEqualTo("of a token that the issuer has given, the issuer has not signed it");
        assertThat(RefusedTokens.why(
                        Shown.Login,
                        new AuthenticationCompletionException(
                                new IllegalStateException("{\"error\":\"invalid_client\"}\n" + "x".repeat(1_000)))))
                .startsWith("{\"error\":\"invalid_client\"}?xxx")
                .hasSizeLessThan(400);
        assertThat(RefusedTokens.why(Shown.Login, new AuthenticationCompletionException()))
                .isEqualTo("the issuer has given no token that can be read");
    }

    @Test
    void soManyLinesAMinuteAreWrittenAndTheOthersCounted() throws Exception {
        String token = token(OTHER_KEY, "https://issuer.example", "fleet", 1);
        for (int i = 0; i < 100; i++) {
            tokens.tell(Shown.Token, failure(token), "10.0.0.7");
        }
        assertThat(lines)
                .hasSize(RefusedTokens.LINES_A_MINUTE)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("a token from 10.0.0.7 is not taken: the issuer has not signed it")
                        .doesNotContain(token, token.split("\\.")[1]));

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        tokens.tell(Shown.Token, failure(token), "10.0.0.7");
        assertThat(lines.getLast()).endsWith("; 90 before it were not logged");
    }
}
