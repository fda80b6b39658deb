package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What the audit trail says has drifted and not ended is what the fleet counts, lists and explains: after every step of a
 * simulated controller, and for a read model that starts again and again and reads the topics in any interleaving. Such a one
 * shows the same fleet as the one that has followed.
 */
public final class DriftsShown {

    private record Sent(String key, byte @Nullable [] value) {}

    private record Drift(String rollout, String cluster) {}

    private final RecordDecoder decoder =
            new RecordDecoder(Strategy.DEFAULT, Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);
    private final Map<Topic, List<Sent>> sent = new LinkedHashMap<>();
    private final Map<Drift, ReasonCode> onRecord = new LinkedHashMap<>();
    private FleetView view = emptyView();

    private static FleetView emptyView() {
        return new FleetView(_ -> {}, _ -> {}, 1, 1);
    }

    /** Takes one record in the order in which the controller or the inventory sent it. */
    public void read(Topic topic, String key, byte @Nullable [] value) {
        Sent record = new Sent(key, value);
        sent.computeIfAbsent(topic, _ -> new ArrayList<>()).add(record);
        apply(view, topic, record);
        if (topic == Topic.AUDIT && decode(topic, record) instanceof Change.Audit(AuditRecord audit)) {
            fold(audit);
        }
    }

    private void fold(AuditRecord audit) {
        if (!audit.action().equals("Drift")) {
            return;
        }
        Drift about = new Drift(Objects.requireNonNull(audit.rollout()), Objects.requireNonNull(audit.cluster()));
        if (audit.code() == ClusterReason.DriftEnded) {
            onRecord.remove(about);
        } else {
            onRecord.put(about, audit.code());
        }
    }

    /** Compares the audit trail with the read model that has followed it. */
    public void check() {
        check(view, "the read model that followed");
    }

    /** Compares it with read models that read all of it in interleavings of their own, and start again on the way. */
    public void replay(long seed) {
        Random random = new Random(seed);
        FleetView replayed = emptyView();
        Map<Topic, Deque<Sent>> left = everything();
        while (!left.isEmpty()) {
            if (random.nextInt(400) == 0) {
                replayed = emptyView();
                left = everything();
            }
            List<Topic> topics = List.copyOf(left.keySet());
            Topic topic = topics.get(random.nextInt(topics.size()));
            Deque<Sent> records = Objects.requireNonNull(left.get(topic));
            for (int i = random.nextInt(20); i >= 0 && !records.isEmpty(); i--) {
                apply(replayed, topic, records.removeFirst());
            }
            if (records.isEmpty()) {
                left.remove(topic);
            }
        }
        check(replayed, "a read model that started anew, seed " + seed);
        if (!replayed.clusters().equals(view.clusters())
                || !replayed.configs().equals(view.configs())
                || !replayed.rollouts().equals(view.rollouts())) {
            throw new AssertionError("a read model that started anew shows another fleet, seed " + seed);
        }
    }

    private Map<Topic, Deque<Sent>> everything() {
        Map<Topic, Deque<Sent>> all = new LinkedHashMap<>();
        sent.forEach((topic, records) -> all.put(topic, new ArrayDeque<>(records)));
        return all;
    }

    /** What the inventory does not know is on no list. */
    private void check(FleetView shown, String who) {
        TreeSet<String> known = new TreeSet<>();
        TreeSet<String> listed = new TreeSet<>();
        for (ClusterView cluster : shown.clusters()) {
            known.add(cluster.id());
            if (cluster.drift() != null) {
                listed.add(cluster.drift().rollout() + cluster.id() + " "
                        + cluster.drift().code());
            }
        }
        TreeSet<String> wanted = new TreeSet<>();
        onRecord.forEach((drift, code) -> {
            if (known.contains(drift.cluster())) {
                wanted.add(drift.rollout() + drift.cluster() + " " + code);
            }
        });
        if (!wanted.equals(listed) || shown.overview().drifted() != listed.size()) {
            throw new AssertionError(who + " lists " + listed + " and counts "
                    + shown.overview().drifted() + ", and on record are " + wanted);
        }
    }

    private void apply(FleetView to, Topic topic, Sent record) {
        Change change = decode(topic, record);
        if (change != null) {
            to.apply(change);
        }
    }

    private @Nullable Change decode(Topic topic, Sent record) {
        return decoder.decode(topic, record.key(), record.value(), new RecordHeaders())
                        instanceof RecordDecoder.Decoded.Understood(Change change)
                ? change
                : null;
    }
}
