package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.hazard.SmallDisk;
import dev.kubeproxyfleet.simulator.network.Links;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * The folders, settings and commands of the brokers of a {@link BrokerCluster}.
 *
 * @param root holds everything
 * @param ports of each broker, by its id from 1 on
 * @param smallDisks ids of brokers
 */
record BrokerSetup(Path root, List<Ports> ports, Links links, Set<Integer> smallDisks, Optional<BrokerOwner> owner) {

    private static final int MAX_REPLICAS = 3;
    private static final int MIN_IN_SYNC = 2;
    private static final long DISK_BYTES = 512L << 20;

    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    /** Not started. */
    List<BrokerProcess> processes() throws IOException, BrokerStartException {
        String clusterId = clusterId();
        List<BrokerProcess> brokers = new ArrayList<>();
        for (int id = 1; id <= ports.size(); id++) {
            brokers.add(process(id, clusterId));
        }
        return brokers;
    }

    /** Of the brokers that the folder holds; their number is that of the voters, which cannot change. */
    private String clusterId() throws IOException, BrokerStartException {
        int count = ports.size();
        Path file = root.resolve("cluster.properties");
        Properties cluster = new Properties();
        if (!Files.exists(file)) {
            cluster.setProperty("brokers", Integer.toString(count));
            cluster.setProperty("id", Uuid.randomUuid().toString());
            try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                cluster.store(writer, null);
            }
        }
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            cluster.load(reader);
        }
        String found = cluster.getProperty("brokers");
        if (!Integer.toString(count).equals(found)) {
            throw new BrokerStartException("The folder " + root + " holds " + found + " brokers, not " + count
                    + ". Start as many, or name another folder.");
        }
        return cluster.getProperty("id");
    }

    private BrokerProcess process(int id, String clusterId) throws IOException, BrokerStartException {
        Path data = root.resolve(BrokerProcess.name(id));
        PrivateFolder.create(data);
        Optional<SmallDisk> disk =
                smallDisks.contains(id) ? Optional.of(SmallDisk.mount(data, DISK_BYTES)) : Optional.empty();
        Path seen = disk.map(SmallDisk::folder).orElse(data);
        if (!Files.exists(seen.resolve(BrokerFolder.META_PROPERTIES))) {
            BrokerFolder.format(seen, clusterId, id, List.of());
        }
        boolean linked = links.has(BrokerProcess.name(id));
        IntFunction<String> host = of -> linked ? BrokerProcess.name(of) : EmbeddedBroker.LOOPBACK;
        String voters = IntStream.rangeClosed(1, ports.size())
                .mapToObj(voter -> voter + "@" + host.apply(voter) + ":"
                        + ports.get(voter - 1).controller())
                .collect(Collectors.joining(","));
        Map<String, Object> settings =
                BrokerSettings.of(id, data, Math.min(ports.size(), MAX_REPLICAS), MIN_IN_SYNC, voters);
        Ports own = ports.get(id - 1);
        settings.put(
                "listeners",
                "CLIENT://%s:%d,LINK://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
                        .formatted(EmbeddedBroker.LOOPBACK, own.client(), own.link(), own.controller()));
        settings.put(
                "advertised.listeners",
                "CLIENT://%s:%d,LINK://%s:%d,CONTROLLER://%3$s:%5$d"
                        .formatted(
                                EmbeddedBroker.LOOPBACK, own.client(), host.apply(id), own.link(), own.controller()));
        settings.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,LINK:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "LINK");
        owner.ifPresent(known -> settings.putAll(known.guard()));
        Path file = root.resolve(BrokerProcess.name(id) + ".properties");
        PrivateFolder.writeProperties(file, settings);
        List<String> command = new ArrayList<>(JAVA);
        if (linked) {
            command.add("-Djdk.net.hosts.file=" + links.join(BrokerProcess.name(id)));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                file.toString(),
                Long.toString(ProcessHandle.current().pid())));
        return new BrokerProcess(id, seen, root.resolve(BrokerProcess.name(id) + ".log"), command, disk);
    }
}
