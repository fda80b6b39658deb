package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The APIs of all clusters. One is made when somebody first asks for it, so that a fleet costs only what is looked at. Thread-safe. */
final class ClusterApis {

    private final ArmSimulator azure;
    private final SimulatedNodes nodes;
    private final InstantSource clock;
    private final Access access;
    private final Map<String, ClusterApi> apis = new ConcurrentHashMap<>();

    ClusterApis(ArmSimulator azure, SimulatedNodes nodes, InstantSource clock) {
        this.azure = azure;
        this.nodes = nodes;
        this.clock = clock;
        this.access = new Access(azure);
    }

    /** Of a cluster's server, such as {@code /<subscription>/<resource group>/<cluster name>}, in lower case. */
    static String path(String clusterId) {
        String[] parts = clusterId.split("/");
        return "/" + parts[2] + "/" + parts[4] + "/" + parts[8];
    }

    /** Id of the cluster whose server has this path. */
    static String id(List<String> path) {
        return "/subscriptions/" + path.get(0) + "/resourcegroups/" + path.get(1)
                + "/providers/microsoft.containerservice/managedclusters/" + path.get(2);
    }

    /** Empty if there is no such cluster. */
    Optional<ClusterApi> of(String clusterId) {
        if (azure.eTag(clusterId).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(apis.computeIfAbsent(clusterId, this::make));
    }

    private ClusterApi make(String clusterId) {
        ClusterStore store = new ClusterStore(clock.instant());
        ClusterFollower follower = new ClusterFollower(clusterId, azure, nodes, store, clock);
        DaemonSets daemonSets = new DaemonSets(clusterId, store, azure.kubernetesFaults(), clock, nodes.speed());
        return new ClusterApi(clusterId, store, follower, daemonSets, access, azure.kubernetesFaults(), clock);
    }

    Access access() {
        return access;
    }

    /** Lets every API that was asked for follow its cluster. */
    void follow() {
        apis.forEach((id, api) -> {
            if (azure.eTag(id).isEmpty()) {
                apis.remove(id);
                api.close();
                return;
            }
            api.follow();
            if (azure.kubernetesFaults().has(id, KubernetesFault.Gone.class)
                    || azure.kubernetesFaults().has(id, KubernetesFault.Unreachable.class)) {
                api.rouse();
            }
        });
    }

    /** What people have applied, by cluster. */
    ObjectNode save() {
        ObjectNode saved = JsonNodeFactory.instance.objectNode();
        apis.forEach((id, api) -> saved.set(id, api.save()));
        return saved;
    }

    /** Puts back what {@link #save} has told; skips clusters that there are no more. */
    void restore(JsonNode saved) {
        saved.properties().forEach(cluster -> of(cluster.getKey()).ifPresent(api -> api.restore(cluster.getValue())));
    }

    /** Ends every watch. */
    void close() {
        apis.values().forEach(ClusterApi::close);
    }
}
