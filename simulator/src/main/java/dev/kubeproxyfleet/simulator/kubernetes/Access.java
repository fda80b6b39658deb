package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.security.Principal;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who may do what. Everybody who is known may do everything, until a right is taken. */
final class Access {

    /** Microsoft's application "Azure Kubernetes Service AAD Server", the audience of tokens for every cluster. */
    static final String AUDIENCE = "6dae42f8-4368-4678-94ff-3960e28e3630";

    private static final String SCHEME = "Bearer ";

    private final ArmSimulator azure;

    Access(ArmSimulator azure) {
        this.azure = azure;
    }

    /** Who sends this to a cluster: the client id of its token, or the name in its certificate; empty if nobody knows. */
    Optional<String> user(String clusterId, HttpExchange exchange) {
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (sent == null) {
            return certificate(exchange);
        }
        if (!sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || azure.kubernetesFaults().has(clusterId, KubernetesFault.TokenRefused.class)) {
            return Optional.empty();
        }
        String token = sent.substring(SCHEME.length()).trim();
        return token.equals(ArmSimulator.SANDBOX_TOKEN) ? Optional.of(token) : azure.principal(token, AUDIENCE);
    }

    private static Optional<String> certificate(HttpExchange exchange) {
        try {
            Principal client = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal();
            return Optional.of(client.getName().replaceAll(".*CN=([^,]*).*", "$1"));
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** @param namespace empty for what is in none or asked of all */
    boolean allows(String clusterId, String verb, String group, String resource, String namespace) {
        return azure.kubernetesFaults()
                .of(clusterId, KubernetesFault.Forbidden.class)
                .noneMatch(taken -> taken.takes(verb, group, resource, namespace));
    }

    /** Answers a {@code SelfSubjectAccessReview}. */
    Reply reviewAccess(String clusterId, ObjectNode review) {
        JsonNode asked = review.at("/spec/resourceAttributes");
        String subresource = asked.path("subresource").asText();
        boolean allowed = review.at("/spec").has("nonResourceAttributes")
                || allows(
                        clusterId,
                        asked.path("verb").asText(),
                        asked.path("group").asText(),
                        asked.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                        asked.path("namespace").asText());
        review.putObject("status").put("allowed", allowed);
        return new Reply(201, review);
    }

    /** Answers a {@code SelfSubjectReview}. */
    static Reply reviewSelf(String user, ObjectNode review) {
        review.putObject("status")
                .putObject("userInfo")
                .put("username", user)
                .putArray("groups")
                .add("system:authenticated");
        return new Reply(201, review);
    }
}
