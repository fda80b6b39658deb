package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Policy tokens for the writes of one cluster: what Azure Policy gives for one request that it has had evaluated elsewhere, and wants to
 * see with that request. Not thread-safe.
 *
 * <p>Sources: "Policy Tokens - Acquire" in the reference of Azure Policy's REST API, api-version 2025-11-01; its header {@code
 * x-ms-policy-external-evaluations} and {@code missingPolicyTokenDetails} as in Azure/terraform-provider-azapi, pull request 1145.
 */
final class PolicyTokens {

    /** Tokens that are shown in vain before it counts as refused: one may end while a write waits for its budget. */
    static final int MAX_TOKENS = 3;

    /** Longest token that is shown. */
    static final int MAX_LENGTH = 16 * 1024;

    private static final int FORBIDDEN = 403;

    /** What would let a request pass that Azure Policy has refused. */
    enum Demand {
        /** A token for exactly this request. */
        TOKEN,
        /** The same, given to somebody who names an approved change. */
        CHANGE_REFERENCE
    }

    /** A token is bound to the bytes of the body. */
    private record Held(JsonNode body, Secret token) {}

    /** What ARM said to a write without a token; null if it asks for none. */
    private @Nullable String refusal;

    private @Nullable Held held;
    private int shownInVain;

    /** The request as it is sent: with a token, if there is one for exactly this. */
    ArmRequest.Put shown(ArmRequest.Put request) {
        return held == null || !held.body().equals(request.body()) ? request : request.shownWith(held.token());
    }

    /** Whether a token is to be asked for before it is sent. */
    boolean isMissing(ArmRequest.Put request) {
        return refusal != null && request.policyToken() == null;
    }

    /**
     * Takes notice of what ARM did not take.
     *
     * @return what stands in the way for good; empty if a token is to be asked for
     */
    Optional<ArmResult.ArmError> judge(ArmResult.ArmError error) {
        if (error.demand() == null) {
            return Optional.of(error);
        }
        refusal = error.message();
        shownInVain += held == null ? 0 : 1;
        held = null;
        return switch (error.demand()) {
            case CHANGE_REFERENCE ->
                Optional.of(refused("it wants the reference of an approved change, which this service cannot give"));
            case TOKEN ->
                shownInVain < MAX_TOKENS
                        ? Optional.empty()
                        : Optional.of(
                                refused("it did not take any of the " + shownInVain + " policy tokens that it gave"));
        };
    }

    /**
     * Takes notice of the answer to a question for a token.
     *
     * @return why there is none: what passes as ARM says it, else {@link WorkerReason#PolicyTokenRefused}; empty if there is one now
     */
    Optional<ArmResult.ArmError> learn(ArmRequest.AcquirePolicyToken asked, ArmResult answer) {
        return switch (answer) {
            case ArmResult.ArmError error ->
                Optional.of(
                        NextStep.after(error) instanceof NextStep.TryAgain
                                ? error
                                : refused("no policy token could be asked for: " + error.describe()));
            case ArmResult.Ok ok -> {
                String token = ok.body().path("token").asText("");
                if (!"Succeeded".equalsIgnoreCase(ok.body().path("result").asText()) || !isSendable(token)) {
                    yield Optional.of(refused(why(ok.body())));
                }
                held = new Held(asked.request().body(), new Secret(token));
                yield Optional.empty();
            }
        };
    }

    private ArmResult.ArmError refused(String why) {
        return new ArmResult.ArmError(
                FORBIDDEN,
                WorkerReason.PolicyTokenRefused,
                HttpResults.shorten(clause(Objects.requireNonNullElse(refusal, "")) + "; " + why),
                null);
    }

    private static String why(JsonNode answer) {
        List<String> said = new ArrayList<>();
        add(said, answer.path("message"));
        for (JsonNode result : answer.path("results")) {
            add(said, result.path("message"));
            add(said, result.at("/policyEvaluationDetails/reason"));
        }
        return said.isEmpty()
                ? "it gave no policy token, and no reason"
                : "it gave no policy token: " + String.join("; ", said);
    }

    private static void add(List<String> said, JsonNode text) {
        String one = clause(text.asText(""));
        if (!one.isEmpty() && !said.contains(one)) {
            said.add(one);
        }
    }

    /** A sentence of Azure without its full stop, for it goes on. */
    private static String clause(String text) {
        String stripped = text.strip();
        return stripped.endsWith(".") ? stripped.substring(0, stripped.length() - 1) : stripped;
    }

    /** Of anything else no header can be made. */
    private static boolean isSendable(String token) {
        return !token.isBlank()
                && token.length() <= MAX_LENGTH
                && token.chars().allMatch(each -> each >= ' ' && each <= '~');
    }
}
