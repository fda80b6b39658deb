package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.limit.Limits;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/**
 * Logs why tokens are not taken and logins of browsers are not completed, and nothing that is in a token but who it is of, where the
 * issuer has signed that. At most so many lines a minute, since anybody can send tokens; what is left out is counted in the next line.
 * Thread-safe.
 */
final class RefusedTokens {

    static final int LINES_A_MINUTE = 10;

    /** Of what an issuer says instead of tokens. */
    private static final int MAX_SHOWN = 300;

    /** What was shown in vain. */
    enum Shown {
        Token("a token from %s is not taken: %s%s"),

        /** A browser has come back from the issuer. */
        Login("a login from %s is not completed: %s%s");

        private final String line;

        Shown(String line) {
            this.line = line;
        }
    }

    /** What is looked at once the signature is known to be the issuer's. */
    private static final Map<Integer, String> OF_CLAIMS = Map.of(
            ErrorCodes.EXPIRED, "it has ended",
            ErrorCodes.EXPIRATION_MISSING, "it has no end",
            ErrorCodes.NOT_YET_VALID, "it does not hold yet",
            ErrorCodes.AUDIENCE_MISSING, "it is for no service by name",
            ErrorCodes.AUDIENCE_INVALID, "it is for another service",
            ErrorCodes.ISSUER_MISSING, "it names no issuer",
            ErrorCodes.ISSUER_INVALID, "it names another issuer",
            ErrorCodes.SUBJECT_MISSING, "it is of nobody");

    private final Consumer<String> log;
    private final Bucket lines;
    private final AtomicLong leftOut = new AtomicLong();

    RefusedTokens(Consumer<String> log, TimeMeter time) {
        this.log = log;
        this.lines = Bucket.builder()
                .addLimit(limit -> limit.capacity(LINES_A_MINUTE).refillGreedy(LINES_A_MINUTE, Duration.ofMinutes(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    /**
     * @param failure of the login
     * @param remote address from which the connection came
     */
    void tell(Shown shown, Throwable failure, String remote) {
        if (!lines.tryConsume(1)) {
            leftOut.incrementAndGet();
            return;
        }
        long before = leftOut.getAndSet(0);
        log.accept(shown.line.formatted(
                remote, why(shown, failure), before == 0 ? "" : "; " + before + " before it were not logged"));
    }

    static String why(Shown shown, Throwable failure) {
        InvalidJwtException invalid = causes(failure)
                .filter(InvalidJwtException.class::isInstance)
                .map(InvalidJwtException.class::cast)
                .findFirst()
                .orElse(null);
        if (invalid == null) {
            return switch (shown) {
                case Token -> "it is none of the issuer's, or its keys are not at hand";
                case Login -> said(failure);
            };
        }
        return switch (shown) {
            case Token -> why(invalid);
            case Login ->
                "of a token that the issuer has given, "
                        + (isOfAnotherLogin(invalid) ? "it is of another login" : why(invalid));
        };
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    /** By the issuer, where there is no token; the innermost failure repeats its answer. */
    private static String said(Throwable failure) {
        return causes(failure)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isBlank())
                .reduce((_, inner) -> inner)
                .map(message -> Limits.cut(text(message.strip()), MAX_SHOWN))
                .orElse("the issuer has given no token that can be read");
    }

    private static String why(InvalidJwtException invalid) {
        if (invalid.getErrorDetails().isEmpty()
                || !invalid.getErrorDetails().stream().allMatch(error -> OF_CLAIMS.containsKey(error.getErrorCode()))) {
            return "the issuer has not signed it";
        }
        return invalid.getErrorDetails().stream()
                        .map(ErrorCodeValidator.Error::getErrorCode)
                        .map(OF_CLAIMS::get)
                        .distinct()
                        .collect(Collectors.joining(", "))
                + of(invalid.getJwtContext().getJwtClaims());
    }

    /** The nonce is all that OIDC looks at beside what jose4j does; what cannot be verified has a cause. */
    private static boolean isOfAnotherLogin(InvalidJwtException invalid) {
        return invalid.getCause() == null
                && invalid.getErrorDetails().stream()
                        .allMatch(error -> error.getErrorCode() == ErrorCodes.MISCELLANEOUS);
    }

    private static String of(@Nullable JwtClaims claims) {
        return claims == null
                ? ""
                : " (subject %s of issuer %s)"
                        .formatted(text(claims.getClaimValue("sub")), text(claims.getClaimValue("iss")));
    }

    /** On one line, whatever is in it. */
    private static String text(@Nullable Object claim) {
        return String.valueOf(claim).replaceAll("\\p{Cntrl}", "?");
    }
}
