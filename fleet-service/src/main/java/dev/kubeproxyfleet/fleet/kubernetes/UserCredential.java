package dev.kubeproxyfleet.fleet.kubernetes;

import com.azure.resourcemanager.containerservice.fluent.models.CredentialResultsInner;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.SdkModels;
import dev.kubeproxyfleet.schemas.text.Count;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads ARM's answer to {@code listClusterUserCredential}. What it says of users is looked at to be refused, and never kept. */
final class UserCredential {

    static final int MAX_BYTES = 1024 * 1024;

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private UserCredential() {}

    /** The answer is of no use; the message says why, without a word of the answer but the server's name. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * The server that the answer names.
     *
     * @param isOfCluster whether a host is one of the cluster's, as ARM names them
     * @throws Unusable if the answer names no such server, or has the credential of a user that is no person
     */
    static Server read(JsonNode answer, Predicate<String> isOfCluster) throws Unusable {
        Config config = kubeconfig(answer);
        for (var user : config.getUsers()) {
            if (user.getUser() != null && holdsSecret(user.getUser())) {
                throw new Unusable("it holds a user's certificate or token, although the cluster is integrated with"
                        + " Microsoft Entra ID; it was dropped");
            }
        }
        if (config.getClusters().size() != 1 || config.getClusters().getFirst().getCluster() == null) {
            throw new Unusable("it names " + Count.of(config.getClusters().size(), "cluster") + " instead of one");
        }
        Cluster cluster = config.getClusters().getFirst().getCluster();
        return new Server(
                address(cluster.getServer(), isOfCluster), authorities(cluster.getCertificateAuthorityData()));
    }

    private static Config kubeconfig(JsonNode answer) throws Unusable {
        byte[] bytes = SdkModels.read(answer, CredentialResultsInner::fromJson)
                .filter(results ->
                        results.kubeconfigs() != null && results.kubeconfigs().size() == 1)
                .map(results -> results.kubeconfigs().getFirst().value())
                .filter(value -> value != null && value.length <= MAX_BYTES)
                .orElseThrow(
                        () -> new Unusable("it is no answer with one kubeconfig of at most " + MAX_BYTES + " bytes"));
        try {
            Config config = YAML.unmarshal(new String(bytes, StandardCharsets.UTF_8), Config.class);
            if (config != null && config.getClusters() != null && config.getUsers() != null) {
                return config;
            }
        } catch (RuntimeException e) {
            // Its message may cite what must be cited nowhere.
        }
        throw new Unusable("its kubeconfig cannot be read");
    }

    private static boolean holdsSecret(AuthInfo user) {
        return List.of(
                        text(user.getClientCertificateData()),
                        text(user.getClientCertificate()),
                        text(user.getClientKeyData()),
                        text(user.getClientKey()),
                        text(user.getToken()),
                        text(user.getTokenFile()),
                        text(user.getPassword()))
                .stream()
                .anyMatch(Predicate.not(String::isEmpty));
    }

    private static URI address(@Nullable String server, Predicate<String> isOfCluster) throws Unusable {
        try {
            URI address = new URI(text(server));
            boolean isPlain = "https".equalsIgnoreCase(address.getScheme())
                    && address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null;
            if (!isPlain) {
                throw new Unusable("its server is no https address");
            }
            if (!isOfCluster.test(address.getHost())) {
                throw new Unusable("its server " + address.getHost() + " is not one that Azure names for the cluster");
            }
            return address.toString().endsWith("/") ? address.resolve(".") : address;
        } catch (URISyntaxException e) {
            throw new Unusable("its server is no https address");
        }
    }

    private static List<X509Certificate> authorities(@Nullable String pemInBase64) throws Unusable {
        try {
            List<X509Certificate> authorities = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(Base64.getMimeDecoder().decode(text(pemInBase64))))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!authorities.isEmpty()) {
                return authorities;
            }
        } catch (CertificateException | IllegalArgumentException e) {
            // As if there were none.
        }
        throw new Unusable("it has no certificate-authority-data");
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
