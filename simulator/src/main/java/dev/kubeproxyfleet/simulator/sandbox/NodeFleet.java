package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.IpvsKernel;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ProcBuffer;
import dev.kubeproxyfleet.agent.collect.ProcFiles;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.node.SimulatedProbe;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** An agent for every simulated node, all in this process: the real collecting code over the nodes' own files. */
public final class NodeFleet implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(NodeFleet.class);

    private static final int TOP_SERVICES = 20;

    /** Parts of an interval; each agent reports in one of them. */
    private static final int TURNS = 10;

    private static final Duration MAX_BLOCK = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(2);

    /** Which agents run. */
    @FunctionalInterface
    public interface Installed {

        /** The cluster that the agent on a node was told it is in; empty while no agent runs there. */
        Optional<String> on(SimulatedNode node);
    }

    /** What proves which cluster's node an agent is on. */
    @FunctionalInterface
    public interface Tokens {

        Tokens NONE = node -> Optional.empty();

        /** The token that is mounted into the agent's pod; empty if there is none. */
        Optional<String> on(SimulatedNode node);
    }

    /** @param cluster that it was told it is in */
    private record Agent(SimulatedNode node, String cluster, NodeCollector collector) {}

    private final SimulatedNodes nodes;
    private final Installed installed;
    private final Tokens tokens;
    private final Duration interval;
    private final KafkaProducer<String, byte[]> producer;
    private final String topic;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("simulated-agents").factory());

    /** Touched by the thread only, as is {@link #turn}. */
    private Map<SimulatedNode, Agent> agents = new LinkedHashMap<>();

    private int turn;

    private NodeFleet(
            SimulatedNodes nodes,
            Installed installed,
            Tokens tokens,
            Duration interval,
            KafkaProducer<String, byte[]> producer,
            String topic) {
        this.nodes = nodes;
        this.installed = installed;
        this.tokens = tokens;
        this.interval = interval;
        this.producer = producer;
        this.topic = topic;
    }

    /** An agent on every node, which knows its cluster and proves nothing. */
    public static NodeFleet start(SimulatedNodes nodes, Map<String, String> kafka, Duration interval) {
        return start(nodes, node -> Optional.of(node.cluster()), Tokens.NONE, kafka, interval);
    }

    /**
     * Starts an agent for every node on which one is installed, and for every one that comes; each takes one snapshot an
     * interval, spread over it. Once an interval the nodes are made those that the clusters have then, and the agents those that
     * are installed then.
     *
     * @param kafka brokers and security of a client
     */
    public static NodeFleet start(
            SimulatedNodes nodes, Installed installed, Tokens tokens, Map<String, String> kafka, Duration interval) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 50);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) MAX_BLOCK.toMillis());
        NodeFleet fleet = new NodeFleet(
                nodes,
                installed,
                tokens,
                interval,
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()),
                Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX));
        var _ = fleet.thread.scheduleAtFixedRate(
                fleet::takeTurn, 0, interval.toMillis() / TURNS, TimeUnit.MILLISECONDS);
        return fleet;
    }

    /** Lets those agents report that have this turn. One that fails must not end the schedule of all. */
    private void takeTurn() {
        try {
            if (turn == 0) {
                nodes.follow();
                Map<SimulatedNode, Agent> before = agents;
                agents = new LinkedHashMap<>();
                for (SimulatedNode node : nodes.all()) {
                    Optional<String> cluster = installed.on(node);
                    if (cluster.isPresent()) {
                        Agent there = before.get(node);
                        boolean stays = there != null && there.cluster().equals(cluster.get());
                        agents.put(node, stays ? there : agent(node, cluster.get()));
                    }
                }
            }
            List<Agent> all = List.copyOf(agents.values());
            for (int i = turn; i < all.size(); i += TURNS) {
                ship(all.get(i));
            }
        } catch (RuntimeException e) {
            LOG.warnf(e, "the simulated nodes cannot follow their clusters");
        }
        turn = (turn + 1) % TURNS;
    }

    private Agent agent(SimulatedNode node, String cluster) {
        return new Agent(
                node,
                cluster,
                new NodeCollector(
                        new CollectorSettings(cluster, node.name(), "sandbox", interval, TOP_SERVICES),
                        proc(node),
                        node::get,
                        IpvsKernel.SILENT,
                        new SimulatedProbe(node),
                        MachineClock.get()));
    }

    private static ProcFiles proc(SimulatedNode node) {
        return (String path, ProcBuffer buffer) -> {
            byte[] content = node.read(path);
            if (content == null) {
                return ProcFiles.Outcome.ABSENT;
            }
            buffer.append(content, 0, content.length);
            return ProcFiles.Outcome.READ;
        };
    }

    /** One bad snapshot must not end the schedule of its node. */
    private void ship(Agent agent) {
        if (!agent.node().reports()) {
            return;
        }
        try {
            NodeStats stats = agent.collector().collect();
            String key = Partitioning.nodeStatsKey(stats.getCluster(), stats.getNode());
            int partition = Partitioning.nodeStats(
                    stats.getCluster(), producer.partitionsFor(topic).size());
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, partition, key, bytes(stats));
            tokens.on(agent.node())
                    .ifPresent(token ->
                            record.headers().add(AgentToken.HEADER, token.getBytes(StandardCharsets.US_ASCII)));
            var _ = producer.send(record, (_, failure) -> {
                if (failure != null) {
                    LOG.warnf(
                            "a snapshot of node=%s did not reach Kafka: %s",
                            agent.node().name(), failure);
                }
            });
        } catch (RuntimeException | LinkageError e) {
            LOG.warnf(e, "no snapshot of node=%s", agent.node().name());
        }
    }

    private static byte[] bytes(NodeStats stats) {
        try {
            ByteBuffer encoded = stats.toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        // A snapshot that is under way is no failure, and interrupted it would look like one.
        thread.shutdown();
        if (!thread.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            thread.shutdownNow();
        }
        producer.close(STOP);
    }
}
