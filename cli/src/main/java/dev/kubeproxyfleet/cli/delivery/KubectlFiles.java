package dev.kubeproxyfleet.cli.delivery;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

final class KubectlFiles {

    private KubectlFiles() {}

    static Delivery.Written of(Order order) {
        SortedMap<String, String> files = new TreeMap<>();
        for (Target cluster : order.clusters()) {
            files.put(cluster.label() + ".yaml", order.agent().of(cluster.id()));
        }
        return new Delivery.Written(
                files,
                List.of("kubectl --context <context> apply -f " + Delivery.Written.FOLDER + "/"
                        + order.clusters().getFirst().label() + ".yaml"));
    }
}
