package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What is answered to other machines. Health and metrics are for the kubelet and for Prometheus, and change nothing.
 *
 * @param exposed whether all is answered to all
 * @param tls whether there is a certificate, so that nobody has to ask in clear text
 */
record Exposure(boolean exposed, boolean tls) {

    /** @throws IllegalArgumentException if everybody could do everything, and nobody has said that this is meant */
    static Exposure of(boolean exposed, boolean login, boolean insecure, boolean tls) {
        if (exposed && !login && !insecure) {
            throw new IllegalArgumentException(
                    "kpfleet.api.exposed is true and there is no login, so that whoever can connect could change every"
                            + " cluster; set kpfleet.access.login with an issuer, or kpfleet.api.insecure=true if this is"
                            + " meant");
        }
        return new Exposure(exposed, tls);
    }

    /**
     * Empty if the request may go on.
     *
     * @param remote address from which the connection came
     * @param secure whether it came by https
     * @param path of the request, without dots and doubled slashes
     */
    Optional<Refusal> refuse(String remote, boolean secure, String path) {
        if (isLoopback(remote) || isForEverybody(path)) {
            return Optional.empty();
        }
        if (!exposed) {
            return Optional.of(new Refusal(
                    RequestReason.NotExposed,
                    "this is answered to the machine, or pod, itself only; connect by kubectl port-forward, or set"
                            + " kpfleet.api.exposed"));
        }
        return secure || !tls
                ? Optional.empty()
                : Optional.of(new Refusal(
                        RequestReason.HttpsRequired,
                        "this is answered by https only, at quarkus.http.ssl-port (8443); a token that was shown here may"
                                + " have been read on the way"));
    }

    /** Health and metrics, whoever asks. */
    static boolean isForEverybody(String path) {
        return path.equals("/q/health") || path.startsWith("/q/health/") || path.equals("/q/metrics");
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address.split("%", 2)[0]).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
