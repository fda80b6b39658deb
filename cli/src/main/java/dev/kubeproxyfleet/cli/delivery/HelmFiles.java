package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

final class HelmFiles {

    private HelmFiles() {}

    static Delivery.Written of(Order order) {
        SortedMap<String, String> files = new TreeMap<>();
        for (String file : Chart.FILES) {
            files.put(Chart.NAME + "/" + file, Chart.read(file));
        }
        for (Target cluster : order.clusters()) {
            files.put("values/" + cluster.label() + ".yaml", Yaml.of(Chart.values(cluster.id(), order.agent(), false)));
        }
        String folder = Delivery.Written.FOLDER;
        return new Delivery.Written(
                files,
                List.of(("helm --kube-context <context> upgrade --install %s %s/%s"
                                + " --namespace %s --create-namespace -f %s/values/%s.yaml")
                        .formatted(
                                Chart.RELEASE,
                                folder,
                                Chart.NAME,
                                AgentManifest.NAMESPACE,
                                folder,
                                order.clusters().getFirst().label())));
    }
}
