package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What came of reading a file that shall hold a {@link KubeProxyConfig}: {@link AzKubeProxyFile}. */
public sealed interface KubeProxyRead {

    /** What the file is. */
    Kind kind();

    /** What people hand over where a kube-proxy configuration is asked for. */
    enum Kind {
        /** The object that {@code az aks create|update --kube-proxy-config} takes. */
        KUBE_PROXY("a kube-proxy file as az takes it"),
        /** That object inside a member {@code kubeProxyConfig}. */
        WRAPPER("a kubeProxyConfig wrapper"),
        /** {@code networkProfile} of a cluster. */
        NETWORK_PROFILE("the networkProfile of an AKS cluster"),
        /** A whole cluster as {@code az aks show} or ARM prints it. */
        CLUSTER("an AKS cluster as az or ARM shows it"),
        /** Several of them, as {@code az aks list} or ARM's LIST prints them. */
        CLUSTERS("a list of AKS clusters"),
        /** What {@link FleetConfigReader} reads. */
        FLEET_DOCUMENT("a document of Kubeproxy Fleet"),
        /** Nothing of these, or not readable. */
        OTHER("nothing that is known here");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** A noun for sentences, with its article. */
        public String words() {
            return words;
        }
    }

    /**
     * @param canonical {@code config} as JSON in the API's spelling; what is unset is left out
     * @param notes sentences that tell what was used where the file holds more than the configuration, or was left out; they
     *     repeat nothing of the file
     */
    record Valid(Kind kind, KubeProxyConfig config, JsonNode canonical, List<String> notes) implements KubeProxyRead {

        public Valid {
            notes = List.copyOf(notes);
        }
    }

    /** @param problems at least one; paths are relative to the kube-proxy configuration, such as {@code /mode} */
    record Invalid(Kind kind, List<Problem> problems) implements KubeProxyRead {

        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
