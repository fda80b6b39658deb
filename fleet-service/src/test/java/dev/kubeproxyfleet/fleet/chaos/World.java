package dev.kubeproxyfleet.fleet.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Shown;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Timeout;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Write;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import dev.kubeproxyfleet.simulator.broker.BrokerCluster;
import dev.kubeproxyfleet.simulator.hazard.SmallDisk;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.sandbox.NodeFleet;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Brokers, replicas of the packaged service, a simulated Azure, and agents on the nodes of its clusters. */
final class World implements AutoCloseable {

    /** Of Azure: an operation takes some two seconds. */
    private static final int SPEED = 60;

    private static final int CLUSTERS = 30;
    private static final int SUBSCRIPTIONS = 3;
    private static final int CLUSTERS_OF_A_CONFIG = 5;
    private static final Duration AGENT_INTERVAL = Duration.ofSeconds(1);

    static final int BROKERS = 3;

    /** The broker whose disk can be filled, where the machine lets one have a disk of its own. */
    static final int WITH_SMALL_DISK = 3;

    final BrokerCluster brokers;
    final List<Replica> replicas = new ArrayList<>();

    /** Clusters of each config, by its name. */
    final Map<String, List<String>> configs;

    private final ArmSimulator azure;
    private final NodeFleet agents;

    World(Path jar, Path folder, long seed, Schedule.Shape shape) throws Exception {
        Fleet fleet = Fleet.of(new FleetSpec(CLUSTERS, 1, SUBSCRIPTIONS, seed, SPEED));
        configs = configs(fleet, shape.configs());
        Set<Integer> smallDisks = SmallDisk.missing().isEmpty() ? Set.of(WITH_SMALL_DISK) : Set.of();
        brokers = BrokerCluster.start(folder.resolve("brokers"), BROKERS, smallDisks);
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS);
        Path certificate = folder.resolve("ca.pem");
        azure.writeCaPem(certificate);
        for (int number = 1; number <= shape.replicas(); number++) {
            String name = replica(number);
            Map<String, String> settings = new HashMap<>(brokers.join(name));
            settings.put("kpfleet.azure.endpoint", azure.endpoint().toString());
            settings.put("kpfleet.azure.ca-certificate", certificate.toString());
            settings.put("kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN);
            settings.put("kpfleet.azure.time-scale", Integer.toString(SPEED));
            settings.put("kpfleet.azure.watch-interval", "1s");
            settings.put("kpfleet.inventory.interval", "5s");
            replicas.add(new Replica(name, jar, folder.resolve(name), settings));
        }
        SimulatedNodes machines = new SimulatedNodes(azure, azure.nodeFaults(), fleet.spec(), InstantSource.system());
        agents = NodeFleet.start(machines, Map.of("bootstrap.servers", brokers.bootstrapServers()), AGENT_INTERVAL);
        for (Replica replica : replicas) {
            replica.start();
        }
    }

    /** Whether this machine can do a fault. */
    boolean canDo(Fault fault) {
        return switch (fault) {
            case Fault.FillDisk _ -> brokers.broker(WITH_SMALL_DISK).disk().isPresent();
            default -> true;
        };
    }

    /** Its name among the links. */
    static String replica(int number) {
        return "replica-" + number;
    }

    static String config(int number) {
        return "chaos-" + number;
    }

    /** Clusters that can be switched to IPVS, shared out. */
    private static Map<String, List<String>> configs(Fleet fleet, int count) {
        List<String> clusters = fleet.clusters().stream()
                .filter(cluster -> {
                    JsonNode properties = cluster.document().path("properties");
                    return properties.at("/powerState/code").asText().equals("Running")
                            && properties.at("/networkProfile/kubeProxyConfig").isMissingNode()
                            && properties
                                    .at("/networkProfile/networkPolicy")
                                    .asText()
                                    .equals("none")
                            && properties
                                    .at("/networkProfile/networkDataplane")
                                    .asText()
                                    .equals("azure");
                })
                .map(SimulatedCluster::id)
                .toList();
        Map<String, List<String>> configs = new LinkedHashMap<>();
        for (int config = 0; config < count; config++) {
            configs.put(
                    config(config),
                    clusters.subList(config * CLUSTERS_OF_A_CONFIG, (config + 1) * CLUSTERS_OF_A_CONFIG));
        }
        return configs;
    }

    /** The cluster of a config that is changed before the others. */
    String canary(String config) {
        return configs.getOrDefault(config, List.of()).getFirst();
    }

    /** Config and stage of each cluster that has one, for people. */
    Map<String, String> stages() {
        Map<String, String> stages = new HashMap<>();
        configs.forEach((config, clusters) -> clusters.forEach(
                cluster -> stages.put(cluster, config + (cluster.equals(canary(config)) ? ", canary" : ", rest"))));
        return stages;
    }

    /** What Azure's journal has of writes. */
    List<Write> writes() {
        return azure.journal().of(ApiCall.PUT_CLUSTER).stream()
                .map(World::write)
                .toList();
    }

    private static Write write(JournalEntry entry) {
        JsonNode body = entry.body() == null ? Json.MAPPER.missingNode() : entry.body();
        return new Write(
                entry.at(),
                String.valueOf(entry.cluster()),
                Ledger.timeout(body.at("/properties/networkProfile/kubeProxyConfig")),
                entry.status(),
                entry.operationEndsAt(),
                Stream.concat(entry.lost().stream(), entry.changed().stream()).toList());
    }

    /**
     * Each cluster of a config, as Azure has it and as a replica says that its nodes report.
     *
     * @param wanted by name of the config
     * @throws IOException if the replica does not answer
     */
    List<Shown> shown(Map<String, Timeout> wanted, People people) throws IOException, InterruptedException {
        JsonNode clusters = people.get(replicas.getFirst(), "api/v1/clusters");
        List<Shown> shown = new ArrayList<>();
        configs.forEach((config, ids) -> ids.forEach(id -> {
            Set<Timeout> nodes = new HashSet<>();
            for (JsonNode cluster : clusters) {
                if (cluster.path("id").asText().equals(id)) {
                    for (JsonNode observed : cluster.at("/health/observed")) {
                        nodes.add(new Timeout(observed.path("tcpTimeoutSeconds").asInt(0)));
                    }
                }
            }
            Timeout has =
                    Ledger.timeout(azure.document(id).orElseThrow().at("/properties/networkProfile/kubeProxyConfig"));
            shown.add(new Shown(config, id, wanted.getOrDefault(config, Timeout.NONE), has, nodes));
        }));
        return shown;
    }

    @Override
    public void close() throws Exception {
        agents.close();
        for (Replica replica : replicas) {
            replica.close();
        }
        azure.close();
        brokers.close();
    }
}
