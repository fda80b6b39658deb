package dev.kubeproxyfleet.simulator.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What every broker here is told: as Kafka's defaults as a small machine allows. */
final class BrokerSettings {

    /** Large enough that an oversized event reaches the intake, which is to reject it, instead of failing at its producer. */
    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

    private BrokerSettings() {}

    /**
     * A broker that is a KRaft controller, too; its listeners are still missing.
     *
     * @param replicas of each partition, unless its topic says otherwise
     * @param minInSync of them are to have a record that a producer with {@code acks=all} is told of
     * @param voters as {@code controller.quorum.voters} has them
     */
    static Map<String, Object> of(int id, Path folder, int replicas, int minInSync, String voters) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", id);
        settings.put("controller.quorum.voters", voters);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", folder.toString());
        settings.put("auto.create.topics.enable", false);
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", minInSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("offsets.topic.num.partitions", 3);
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", minInSync);
        settings.put("transaction.state.log.num.partitions", 3);
        settings.put("share.coordinator.state.topic.replication.factor", replicas);
        settings.put("share.coordinator.state.topic.min.isr", minInSync);
        settings.put("share.coordinator.state.topic.num.partitions", 1);
        settings.put("group.initial.rebalance.delay.ms", 0);
        settings.put("message.max.bytes", MAX_MESSAGE_BYTES);
        settings.put("replica.fetch.max.bytes", MAX_MESSAGE_BYTES);
        // The default needs 128 MB of heap; a laptop's topics do not.
        settings.put("log.cleaner.dedupe.buffer.size", 2 * 1024 * 1024);
        settings.put("log.cleaner.io.buffer.size", 256 * 1024);
        settings.put("log.cleaner.threads", 1);
        settings.put("log.index.size.max.bytes", 1024 * 1024);
        settings.put("num.network.threads", 2);
        settings.put("num.io.threads", 4);
        settings.put("num.replica.fetchers", 1);
        settings.put("num.recovery.threads.per.data.dir", 2);
        settings.put("background.threads", 2);
        // A killed broker's session must end before the next one is let in: the default would keep a restart waiting
        // for 9 s.
        settings.put("broker.session.timeout.ms", 4_000);
        settings.put("broker.heartbeat.interval.ms", 1_000);
        settings.put("controlled.shutdown.enable", true);
        return settings;
    }
}
