package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import java.util.List;

/** In which clusters agents are installed when a sandbox begins. */
enum AgentsOption {
    ALL {
        @Override
        void install(List<String> clusterIds, KubernetesSimulator kubernetes) {
            clusterIds.forEach(kubernetes::installAgents);
        }
    },

    /** In every other one. */
    SOME {
        @Override
        void install(List<String> clusterIds, KubernetesSimulator kubernetes) {
            for (int i = 0; i < clusterIds.size(); i += 2) {
                kubernetes.installAgents(clusterIds.get(i));
            }
        }
    },
    NONE {
        @Override
        void install(List<String> clusterIds, KubernetesSimulator kubernetes) {
            // Whoever wants agents applies their manifest.
        }
    };

    abstract void install(List<String> clusterIds, KubernetesSimulator kubernetes);
}
