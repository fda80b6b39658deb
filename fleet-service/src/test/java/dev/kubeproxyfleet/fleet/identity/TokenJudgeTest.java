package dev.kubeproxyfleet.fleet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenJudgeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final TestIssuer OURS = new TestIssuer("https://issuer.example/ours/");
    private static final TestIssuer OTHER = new TestIssuer("https://issuer.example/other/");
    private static final TestIssuer IMPOSTOR = new TestIssuer(OURS.url());
    private static final TokenJudge JUDGE = TestIssuer.judge(OURS, OTHER);

    static {
        IMPOSTOR.rotate("key-1");
    }

    static Stream<Arguments> wrongTokens() {
        return Stream.of(
                wrong("none", null, TokenReason.NoToken),
                wrong("empty", new byte[0], TokenReason.TokenUnreadable),
                wrong("garbage", bytes("a.b.c"), TokenReason.TokenUnreadable),
                wrong("not ASCII", new byte[] {(byte) 0xff, '.', 0, '.', 13}, TokenReason.TokenUnreadable),
                wrong("too long", new byte[AgentToken.MAX_BYTES + 1], TokenReason.TokenUnreadable),
                wrong("of another cluster", OTHER.token("a", NOON), TokenReason.TokenOfOtherIssuer),
                wrong("signed by somebody else", IMPOSTOR.token("a", NOON), TokenReason.TokenForged),
                wrong("unsigned", signed(TokenJudgeTest::unsigned), TokenReason.TokenUnreadable),
                wrong("signed with a shared secret", signed(TokenJudgeTest::shared), TokenReason.TokenUnreadable),
                wrong(
                        "of a key that its issuer has not",
                        signed(token -> token.setKeyIdHeaderValue("other")),
                        TokenReason.TokenForged),
                wrong(
                        "of no key",
                        signed(token -> token.getHeaders().setObjectHeaderValue("kid", null)),
                        TokenReason.TokenUnreadable),
                wrong("cut", cut(OURS.token("a", NOON)), TokenReason.TokenForged),
                wrong("changed", changed(OURS.token("b", NOON), OURS.token("a", NOON)), TokenReason.TokenForged),
                wrong("for another audience", of(it -> it.setAudience("api")), TokenReason.TokenOfOtherAccount),
                wrong("for no audience", of(it -> it.unsetClaim("aud")), TokenReason.TokenOfOtherAccount),
                wrong(
                        "of another account",
                        of(it -> it.setSubject(TestIssuer.SUBJECT + "-other")),
                        TokenReason.TokenOfOtherAccount),
                wrong("of another node", OURS.token("b", NOON), TokenReason.TokenOfOtherNode),
                wrong(
                        "expired",
                        OURS.token("a", NOON.minusSeconds(3_600).minus(TokenJudge.LEEWAY)),
                        TokenReason.TokenExpired),
                wrong(
                        "not valid yet",
                        OURS.token("a", NOON.plus(TokenJudge.LEEWAY).plusSeconds(1)),
                        TokenReason.TokenExpired),
                wrong("without an end", of(it -> it.unsetClaim("exp")), TokenReason.TokenExpired),
                wrong(
                        "whose end is a text",
                        of(it -> it.setStringClaim("exp", "9999999999")),
                        TokenReason.TokenExpired));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTokens")
    void aTokenCanBeWrongInManyWays(String how, byte @Nullable [] token, TokenReason reason) {
        assertThat(reason(judge(token, null))).as(how).isEqualTo(reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTokens")
    void noneOfThemIsTakenForOneThatWasProven(String how, byte @Nullable [] token, TokenReason reason) {
        SignedToken good = proven(OURS.token("a", NOON));

        assertThat(reason(judge(token, good))).as(how).isEqualTo(reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTokens")
    void nothingOfATokenIsTold(String how, byte @Nullable [] token, TokenReason reason) {
        String text = token == null ? "" : new String(token, StandardCharsets.US_ASCII);
        String detail = ((Verdict.Unproven) judge(token, null)).detail();

        Stream.of(text.split("\\."))
                .filter(part -> part.length() > 8)
                .forEach(part -> assertThat(detail).as(how).doesNotContain(part));
    }

    @Test
    void theTokenOfTheNodeProves() {
        SignedToken good = proven(OURS.token("a", NOON));

        assertThat(good.node()).isEqualTo("a");
        assertThat(good.toString()).doesNotContain("ey");
    }

    @Test
    void aTokenThatNamesNoNodeProvesTheCluster() {
        assertThat(judge(of(it -> it.setClaim("kubernetes.io", Map.of("namespace", "kubeproxy-fleet"))), null))
                .isInstanceOf(Verdict.Proven.class);
    }

    @Test
    void oneOfSeveralAudiencesIsEnough() {
        assertThat(judge(of(it -> it.setAudience(List.of("api", AgentToken.DEFAULT_AUDIENCE))), null))
                .isInstanceOf(Verdict.Proven.class);
    }

    @Test
    void itIsGoodFromLittleBeforeItsTimeToLittleAfter() {
        assertThat(judge(OURS.token("a", NOON.plus(TokenJudge.LEEWAY)), null)).isInstanceOf(Verdict.Proven.class);
        assertThat(judge(OURS.token("a", NOON.minusSeconds(3_599).minus(TokenJudge.LEEWAY)), null))
                .isInstanceOf(Verdict.Proven.class);
    }

    @Test
    void whatWasProvenForOneNodeProvesNothingForAnother() {
        byte[] token = OURS.token("a", NOON);

        assertThat(reason(JUDGE.judge(token, OURS.url(), "b", NOON, proven(token))))
                .isEqualTo(TokenReason.TokenOfOtherNode);
    }

    @Test
    void whatWasProvenExpires() {
        byte[] token = OURS.token("a", NOON);

        assertThat(reason(JUDGE.judge(token, OURS.url(), "a", NOON.plusSeconds(4_000), proven(token))))
                .isEqualTo(TokenReason.TokenExpired);
    }

    @Test
    void whatWasProvenProvesNothingOnceTheClusterHasAnotherIssuer() {
        byte[] token = OURS.token("a", NOON);

        assertThat(reason(JUDGE.judge(token, OTHER.url(), "a", NOON, proven(token))))
                .isEqualTo(TokenReason.TokenOfOtherIssuer);
        assertThat(reason(JUDGE.judge(token, null, "a", NOON, proven(token)))).isEqualTo(TokenReason.NoIssuer);
    }

    @Test
    void whatWasProvenProvesNothingOnceItsKeyIsWithdrawn() {
        TestIssuer rotating = new TestIssuer(OURS.url());
        TokenJudge judge = TestIssuer.judge(rotating);
        byte[] before = rotating.token("a", NOON);
        SignedToken proven = ((Verdict.Proven) judge.judge(before, OURS.url(), "a", NOON, null)).token();
        rotating.rotate("key-2");

        assertThat(reason(judge.judge(before, OURS.url(), "a", NOON, proven))).isEqualTo(TokenReason.TokenForged);
        assertThat(judge.judge(rotating.token("a", NOON), OURS.url(), "a", NOON, proven))
                .isInstanceOf(Verdict.Proven.class);
    }

    @Test
    void asLongAsTheKeysAreNotKnownNobodyIsAccused() {
        TokenJudge ignorant = TestIssuer.judge();

        TokenReason reason = reason(ignorant.judge(OURS.token("a", NOON), OURS.url(), "a", NOON, null));
        assertThat(reason).isEqualTo(TokenReason.IssuerKeysUnknown);
        assertThat(reason.refutes()).isFalse();
    }

    @Test
    void anAccountIsNamedWithItsNamespace() {
        for (String account : List.of("node-agent", "/node-agent", "a/b/c", "kubeproxy-fleet/")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new TokenJudge((issuer, key) -> new KeySource.Found.NotYet(), "any", account))
                    .withMessageContaining("kpfleet.agents.service-account");
        }
    }

    @Test
    void onlyWhatIsDisprovenIsNotBelievedOfAny() {
        for (TokenReason reason : TokenReason.values()) {
            Verdict unproven = new Verdict.Unproven(reason, "");
            assertThat(Believed.ANY.counts(unproven)).isEqualTo(!reason.refutes());
            assertThat(Believed.PROVEN.counts(unproven)).isFalse();
        }
        assertThat(Stream.of(Believed.values()))
                .allMatch(believed -> believed.counts(new Verdict.Proven(proven(OURS.token("a", NOON)))));
    }

    private static Arguments wrong(String how, byte @Nullable [] token, TokenReason reason) {
        return Arguments.of(how, token, reason);
    }

    private static Verdict judge(byte @Nullable [] token, @Nullable SignedToken known) {
        return JUDGE.judge(token, OURS.url(), "a", NOON, known);
    }

    private static SignedToken proven(byte[] token) {
        return ((Verdict.Proven) judge(token, null)).token();
    }

    private static TokenReason reason(Verdict verdict) {
        return ((Verdict.Unproven) verdict).reason();
    }

    private static byte[] of(Consumer<JwtClaims> change) {
        return OURS.token("a", NOON, change, signed -> {});
    }

    private static byte[] signed(Consumer<JsonWebSignature> change) {
        return OURS.token("a", NOON, claims -> {}, change);
    }

    private static void unsigned(JsonWebSignature token) {
        token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        token.setKey(null);
    }

    /** With the public key as the secret, which everybody knows. */
    private static void shared(JsonWebSignature token) {
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        token.setKey(new HmacKey(OURS.key().getKey().getEncoded()));
    }

    private static byte[] cut(byte[] token) {
        String text = new String(token, StandardCharsets.US_ASCII);
        return bytes(text.substring(0, text.length() - 4));
    }

    /** The claims of one with the signature of the other. */
    private static byte[] changed(byte[] other, byte[] claims) {
        String signature = new String(other, StandardCharsets.US_ASCII);
        String rest = new String(claims, StandardCharsets.US_ASCII);
        return bytes(rest.substring(0, rest.lastIndexOf('.')) + signature.substring(signature.lastIndexOf('.')));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
