package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Kubeconfigs of a cluster; there is no Kubernetes API behind them. */
final class Credentials {

    private Credentials() {}

    static ArmResponse list(Call call, ManagedCluster cluster) {
        boolean ofUser = call.kind == ApiCall.LIST_USER_CREDENTIALS;
        if (!ofUser && cluster.document().at("/properties/disableLocalAccounts").asBoolean(false)) {
            return ArmResponse.of(ArmError.ofService(
                    400,
                    "BadRequest",
                    "Getting static credential is not allowed because this cluster is set to disable local accounts."));
        }
        String name = call.kind == ApiCall.LIST_ADMIN_CREDENTIALS
                ? "clusterAdmin"
                : ofUser ? "clusterUser" : "clusterMonitoringUser";
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("kubeconfigs")
                .addObject()
                .put("name", name)
                .put(
                        "value",
                        Base64.getEncoder()
                                .encodeToString(kubeconfig(call, cluster).getBytes(StandardCharsets.UTF_8)));
        return new ArmResponse(200, body);
    }

    private static String kubeconfig(Call call, ManagedCluster cluster) {
        String user = "clusterUser_" + cluster.group() + "_" + cluster.name();
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: %1$s
                  cluster:
                    server: https://%2$s:443
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: %3$s
                current-context: %1$s
                users:
                - name: %3$s
                  user:
                    token: %4$s
                """.formatted(
                cluster.name(), cluster.document().at("/properties/fqdn").asText(), user, "simulated-" + call.kind);
    }
}
