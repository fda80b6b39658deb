package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token is shown with, and what is no token. {@link AgainstAzureTest} has the whole way. */
class PolicyTokensTest {

    private static final ArmRequest.Put WRITE =
            new ArmRequest.PutCluster(FakeArm.CLUSTER, "v1", FakeArm.json("{\"tags\": {\"a\": \"1\"}}"));

    private final PolicyTokens tokens = new PolicyTokens();

    @Test
    void nothingIsAskedUnlessAzurePolicyRefuses() {
        assertThat(tokens.isMissing(WRITE)).isFalse();
        ArmResult.ArmError busy = FakeArm.error(409, "Conflict");
        assertThat(tokens.judge(busy)).contains(busy);
        assertThat(tokens.isMissing(WRITE)).isFalse();
    }

    /** The cluster was read again, and has the same: the evaluation holds. */
    @Test
    void aTokenIsShownWithTheSameBodyWhateverItsETag() {
        acquire("PoP abc");

        ArmRequest.Put again =
                new ArmRequest.PutCluster(FakeArm.CLUSTER, "v2", WRITE.body().deepCopy());
        assertThat(tokens.shown(again).policyToken()).isEqualTo(new Secret("PoP abc"));
        assertThat(tokens.isMissing(tokens.shown(again))).isFalse();
    }

    @Test
    void aTokenIsNotShownWithAnotherBody() {
        acquire("PoP abc");

        ArmRequest.Put other = new ArmRequest.PutCluster(FakeArm.CLUSTER, "v2", FakeArm.json("{\"tags\": {}}"));
        assertThat(tokens.shown(other).policyToken()).isNull();
        assertThat(tokens.isMissing(other)).isTrue();
    }

    @Test
    void aTokenThatWasNotTakenIsNotShownAgain() {
        acquire("PoP abc");
        assertThat(tokens.judge(refusal())).isEmpty();
        assertThat(tokens.isMissing(tokens.shown(WRITE))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"result\": \"Succeeded\"}",
                "{\"result\": \"Succeeded\", \"token\": \" \"}",
                "{\"result\": \"Succeeded\", \"token\": \"PoP a\\nHost: b\"}",
                "{\"result\": \"Failed\", \"token\": \"PoP abc\"}",
                "{\"token\": \"PoP abc\"}"
            })
    void whatIsNoTokenIsNotShown(String answer) {
        tokens.judge(refusal());
        assertThat(learn(answer)).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo(WorkerReason.PolicyTokenRefused);
            assertThat(error.message()).isEqualTo("no; it gave no policy token, and no reason");
        });
        assertThat(tokens.shown(WRITE).policyToken()).isNull();
    }

    @Test
    void whatPassesIsToldAsArmSaysIt() {
        tokens.judge(refusal());
        ArmResult.ArmError throttled =
                new ArmResult.ArmError(429, ReasonCode.of("Throttled"), "slow", Duration.ofSeconds(7));
        assertThat(tokens.learn(new ArmRequest.AcquirePolicyToken(WRITE), throttled))
                .contains(throttled);
    }

    private void acquire(String token) {
        assertThat(tokens.judge(refusal())).isEmpty();
        assertThat(tokens.isMissing(WRITE)).isTrue();
        assertThat(learn("{\"result\": \"Succeeded\", \"token\": \"" + token + "\"}"))
                .isNull();
    }

    private ArmResult.@Nullable ArmError learn(String answer) {
        return tokens.learn(
                        new ArmRequest.AcquirePolicyToken(WRITE),
                        new ArmResult.Ok(200, FakeArm.json(answer), null, null))
                .orElse(null);
    }

    private static ArmResult.ArmError refusal() {
        return new ArmResult.ArmError(
                403, ReasonCode.of("RequestDisallowedByPolicy"), "no", null, null, PolicyTokens.Demand.TOKEN);
    }
}
