package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Kubeconfigs of a cluster. A user's is for Entra's tokens where the cluster is integrated with Entra; where it is not, it is the
 * local administrator's client certificate, as the administrator's own always is.
 */
final class Credentials {

    /** Microsoft's application "Azure Kubernetes Service AAD Server", the audience of tokens for every cluster. */
    private static final String ENTRA_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";

    /** Microsoft's application "Azure Kubernetes Service AAD Client". */
    private static final String ENTRA_CLIENT = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

    private Credentials() {}

    static ArmResponse list(Call call, ManagedCluster cluster, KubernetesServers servers) {
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
        String user = name + "_" + cluster.group() + "_" + cluster.name();
        KubernetesServers.Server server = servers.of(cluster.id())
                .map(there -> isPrivate(cluster) ? there.at(elsewhere(cluster)) : there)
                .orElseGet(() -> new KubernetesServers.Server(elsewhere(cluster), "", "", ""));
        boolean byEntra =
                ofUser && cluster.document().at("/properties/aadProfile").isObject();
        String credential = byEntra ? entra(call, cluster) : certificate(server);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("kubeconfigs")
                .addObject()
                .put("name", name)
                .put("value", base64(kubeconfig(cluster, server, user, credential)));
        return new ArmResponse(200, body);
    }

    private static boolean isPrivate(ManagedCluster cluster) {
        return cluster.document()
                .at("/properties/apiServerAccessProfile/enablePrivateCluster")
                .asBoolean();
    }

    /** A server that nobody reaches from here. */
    private static String elsewhere(ManagedCluster cluster) {
        String host = cluster.document()
                .at(isPrivate(cluster) ? "/properties/privateFQDN" : "/properties/fqdn")
                .asText();
        return "https://" + host + ":443";
    }

    private static String kubeconfig(
            ManagedCluster cluster, KubernetesServers.Server server, String user, String credential) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: %1$s
                  cluster:
                    certificate-authority-data: %2$s
                    server: %3$s
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: %4$s
                current-context: %1$s
                preferences: {}
                users:
                - name: %4$s
                  user:
                %5$s""".formatted(cluster.name(), base64(server.caPem()), server.url(), user, credential.indent(4));
    }

    /** {@code format=azure} is the plugin that kubectl had before 1.26; without a format it is {@code exec}. */
    private static String entra(Call call, ManagedCluster cluster) {
        String tenant = cluster.document().at("/properties/aadProfile/tenantID").asText();
        if (call.request.query().getOrDefault("format", "exec").equalsIgnoreCase("azure")) {
            return """
                    auth-provider:
                      name: azure
                      config:
                        apiserver-id: %s
                        client-id: %s
                        config-mode: '1'
                        environment: AzurePublicCloud
                        tenant-id: %s""".formatted(ENTRA_SERVER, ENTRA_CLIENT, tenant);
        }
        return """
                exec:
                  apiVersion: client.authentication.k8s.io/v1beta1
                  command: kubelogin
                  args:
                  - get-token
                  - --environment
                  - AzurePublicCloud
                  - --server-id
                  - %s
                  - --client-id
                  - %s
                  - --tenant-id
                  - %s
                  - --login
                  - devicecode
                  env: null
                  provideClusterInfo: false""".formatted(ENTRA_SERVER, ENTRA_CLIENT, tenant);
    }

    private static String certificate(KubernetesServers.Server server) {
        return """
                client-certificate-data: %s
                client-key-data: %s""".formatted(base64(server.clientCertificatePem()), base64(server.clientKeyPem()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
