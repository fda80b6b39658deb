package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What came of reading a {@link KubeProxyConfig} by itself. */
public sealed interface KubeProxyRead {

    /** @param canonical {@code config} as JSON in the API's spelling; what is unset is left out */
    record Valid(KubeProxyConfig config, JsonNode canonical) implements KubeProxyRead {}

    /** @param problems at least one; paths are relative to the kube-proxy configuration, such as {@code /mode} */
    record Invalid(List<Problem> problems) implements KubeProxyRead {

        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
