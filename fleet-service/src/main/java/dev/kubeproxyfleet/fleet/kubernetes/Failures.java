package dev.kubeproxyfleet.fleet.kubernetes;

import com.fasterxml.jackson.core.JacksonException;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.http.StreamResetException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** What a call to a cluster's API that failed says of the cluster. */
final class Failures {

    private static final int MAX_CAUSES = 16;

    private Failures() {}

    /** Whether the API does not take the token. */
    static boolean isUnauthorized(Throwable failure) {
        return code(failure) == 401;
    }

    /** @param right what the call needs, such as {@code get daemonsets.apps in kube-system} */
    static Trouble of(Throwable failure, String right) {
        int code = code(failure);
        if (code == 401) {
            return new Trouble(
                    KubernetesReason.TokenRefused, "the cluster's API does not accept the token of the service (401)");
        }
        if (code == 403) {
            return new Trouble(KubernetesReason.AccessForbidden, "the service may not " + right);
        }
        if (code >= 500 || code == 429) {
            return new Trouble(KubernetesReason.ServerUnreachable, "the cluster's API answers with status " + code);
        }
        if (code >= 300) {
            return new Trouble(
                    KubernetesReason.AnswerUnreadable,
                    "the cluster's API answers with status " + code
                            + (code < 400 ? ", which leads elsewhere and is not followed" : ""));
        }
        if (has(failure, CertificateException.class) || has(failure, CertPathValidatorException.class)) {
            return new Trouble(KubernetesReason.CertificateUntrusted, innermost(failure));
        }
        if (has(failure, StreamResetException.class)) {
            return new Trouble(
                    KubernetesReason.AnswerUnreadable,
                    "the cluster's API answers with more than kpfleet.kubernetes.max-answer-bytes");
        }
        if (has(failure, JacksonException.class)
                || has(failure, ClassCastException.class)
                || has(failure, IllegalArgumentException.class)) {
            return new Trouble(
                    KubernetesReason.AnswerUnreadable,
                    "the cluster's API answers with what is no object of Kubernetes");
        }
        if (has(failure, TimeoutException.class)) {
            return new Trouble(
                    KubernetesReason.ServerUnreachable, "the cluster's API has not answered in full in time");
        }
        return new Trouble(KubernetesReason.ServerUnreachable, innermost(failure));
    }

    /** Status of the answer; 0 if there was none, or none that can be read. */
    static int code(Throwable failure) {
        return refusal(failure).map(KubernetesClientException::getCode).orElse(0);
    }

    /** The API's answer that is no success; empty if there was no answer, or none that can be read. */
    static Optional<KubernetesClientException> refusal(Throwable failure) {
        return causes(failure)
                .filter(KubernetesClientException.class::isInstance)
                .map(KubernetesClientException.class::cast)
                .filter(cause -> cause.getCode() > 0)
                .findFirst();
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return causes(failure).anyMatch(type::isInstance);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MAX_CAUSES);
    }

    private static String innermost(Throwable failure) {
        Throwable innermost = causes(failure).reduce((_, last) -> last).orElse(failure);
        String message = innermost.getMessage();
        return innermost.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
