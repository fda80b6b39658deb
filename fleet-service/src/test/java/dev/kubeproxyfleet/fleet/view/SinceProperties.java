package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Two replicas read the same log, each in an order of its own, and a client goes from one to the other. */
class SinceProperties {

    private static final long LOG = 4711;
    private static final int RECORDS = 40;

    private final Map<Partition, List<Change>> log = new TreeMap<>();

    @Property(tries = 300)
    void whoeverResumesAnywhereEndsWithWhatEachReplicaShows(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int remembered) throws InterruptedException {
        Random random = new Random(seed);
        log.clear();
        write(random);
        List<Replica> replicas = List.of(new Replica(remembered), new Replica(remembered));
        Client client = new Client();
        for (int step = 0; step < 60; step++) {
            Replica one = replicas.get(random.nextInt(replicas.size()));
            if (random.nextBoolean()) {
                one.read(random, 1 + random.nextInt(6));
            } else {
                client.resume(one);
            }
        }
        for (Replica replica : replicas) {
            replica.readAll(random);
        }
        client.resume(replicas.get(random.nextInt(replicas.size())));

        assertThat(client.shown).isEqualTo(shown(replicas.get(0).view)).isEqualTo(shown(replicas.get(1).view));
    }

    @Example
    void aPositionOfOtherTopicsOrTooOldOrOfNothingIsUnknown() throws InterruptedException {
        FleetView view = new FleetView(_ -> {}, _ -> {}, 1, 1);
        Position then = at(LOG, Fleet.NOON);
        view.reached(then);
        assertThat(view.since(then.text(), Duration.ZERO)).isInstanceOf(Since.Changed.class);
        for (String text : List.of("", "?", "AAAA", at(LOG + 1, Fleet.NOON).text(), then.text() + "AA")) {
            assertThat(view.since(text, Duration.ZERO)).as(text).isInstanceOf(Since.Unknown.class);
        }

        view.reached(at(LOG, Fleet.NOON.plus(Changes.MAX_AGE)));
        assertThat(view.since(then.text(), Duration.ZERO)).isInstanceOf(Since.Changed.class);
        view.reached(at(LOG, Fleet.NOON.plus(Changes.MAX_AGE).plusSeconds(1)));
        assertThat(view.since(then.text(), Duration.ZERO)).isInstanceOf(Since.Unknown.class);
    }

    @Example
    void aReplicaThatHasNotReadAsFarSaysSoAndOneThatReadsOnAnswers() throws InterruptedException {
        FleetView view = new FleetView(_ -> {}, _ -> {}, 1, 1);
        Position ahead = at(LOG, Fleet.NOON).with(new Partition(new Change.Audit(audit()).topic(), 0), 3);
        assertThat(view.since(ahead.text(), Duration.ZERO))
                .as("nothing is read yet")
                .isInstanceOf(Since.Behind.class);
        view.reached(at(LOG, Fleet.NOON));
        assertThat(view.since(ahead.text(), Duration.ZERO)).isInstanceOf(Since.Behind.class);

        Thread reader = Thread.ofVirtual().start(() -> view.reached(ahead));
        assertThat(view.since(ahead.text(), Duration.ofMinutes(1))).isInstanceOf(Since.Changed.class);
        reader.join();
    }

    private static dev.kubeproxyfleet.schemas.message.AuditRecord audit() {
        return Fleet.audit(null, "prod", dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict.Done, Fleet.NOON);
    }

    private static Position at(long log, Instant time) {
        return new Position(log, time, Position.START.next());
    }

    /** Records of a few things in a few partitions; the one of a thing is always the same. */
    private void write(Random random) {
        for (int i = 0; i < RECORDS; i++) {
            Change change = change(random);
            int partition = change instanceof Change.Cluster cluster
                    ? Math.floorMod(cluster.id().hashCode(), 2)
                    : 0;
            log.computeIfAbsent(new Partition(change.topic(), partition), _ -> new ArrayList<>())
                    .add(change);
        }
    }

    private static Change change(Random random) {
        String cluster = "c" + random.nextInt(4);
        long generation = 1 + random.nextInt(3);
        String rollout = "prod." + generation;
        boolean gone = random.nextInt(4) == 0;
        return switch (random.nextInt(5)) {
            case 0 ->
                gone
                        ? new Change.Cluster(Fleet.id(cluster), null)
                        : Fleet.cluster(cluster, random.nextBoolean() ? KubeProxyConfig.UNSET : Fleet.LEAST_CONNECTION);
            case 1 ->
                gone
                        ? new Change.Health(Fleet.id(cluster), null)
                        : Fleet.health(cluster, Fleet.NOON.plusSeconds(random.nextInt(99)), "ipvs", "lc", 3);
            case 2 ->
                gone
                        ? new Change.Rollout(rollout, null)
                        : Fleet.change(Fleet.rollout("prod", generation, one(random, RolloutStatus.State.values())));
            case 3 ->
                gone
                        ? new Change.RolloutCluster(rollout, Fleet.id(cluster), null)
                        : Fleet.change(Fleet.status(
                                rollout, cluster, one(random, RolloutClusterStatus.State.values()), null, ""));
            default -> new Change.Config("prod", gone ? null : config(random));
        };
    }

    private static ConfigStatus config(Random random) {
        return new ConfigStatus(
                "prod",
                Fleet.spec(Fleet.LEAST_CONNECTION),
                3,
                "prod.3",
                null,
                "prod.3",
                random.nextInt(4),
                random.nextInt(4),
                null,
                null,
                null);
    }

    private static <T> T one(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    /** All that the notices tell of, by kind and id. */
    private static Map<String, String> shown(FleetView view) {
        Map<String, String> shown = new TreeMap<>();
        view.clusters().forEach(cluster -> shown.put(key(Notice.CLUSTER, cluster.id(), null), json(cluster)));
        view.rollouts().forEach(rollout -> shown.put(key(Notice.ROLLOUT, rollout.id(), rollout.id()), json(rollout)));
        for (int generation = 1; generation <= 3; generation++) {
            String rollout = "prod." + generation;
            for (int i = 0; i < 4; i++) {
                String cluster = Fleet.id("c" + i);
                view.rolloutCluster(rollout, cluster)
                        .ifPresent(status -> shown.put(key(Notice.ROLLOUT_CLUSTER, cluster, rollout), json(status)));
            }
        }
        return shown;
    }

    private static String key(String event, String id, @Nullable String rollout) {
        return event + " " + rollout + " " + id;
    }

    private static String json(Object value) {
        return Json.MAPPER.valueToTree(value).toString();
    }

    private final class Replica {

        private final FleetView view;
        private final Map<Partition, Long> next = new TreeMap<>();

        Replica(int remembered) {
            view = new FleetView(_ -> {}, _ -> {}, 1, 1, new Changes(remembered));
            log.keySet().forEach(partition -> next.put(partition, 0L));
            reached();
        }

        void read(Random random, int records) {
            for (int i = 0; i < records; i++) {
                Partition partition = one(random, next.keySet().toArray(Partition[]::new));
                long offset = next.getOrDefault(partition, 0L);
                List<Change> changes = log.getOrDefault(partition, List.of());
                if (offset < changes.size()) {
                    view.apply(changes.get((int) offset), partition, offset);
                    next.put(partition, offset + 1);
                }
                // As between two polls.
                if (random.nextInt(3) == 0) {
                    reached();
                }
            }
            if (random.nextBoolean()) {
                reached();
            }
        }

        void readAll(Random random) {
            while (next.entrySet().stream()
                    .anyMatch(each -> each.getValue()
                            < log.getOrDefault(each.getKey(), List.of()).size())) {
                read(random, 10);
            }
            reached();
        }

        private void reached() {
            view.reached(new Position(LOG, Fleet.NOON, new TreeMap<>(next)));
        }
    }

    private static final class Client {

        private Map<String, String> shown = new TreeMap<>();
        private @Nullable String last;

        void resume(Replica replica) throws InterruptedException {
            String position = replica.view.position().text();
            String from = last;
            Since since = from == null ? new Since.Unknown() : replica.view.since(from, Duration.ZERO);
            switch (since) {
                case Since.Behind() -> {}
                case Since.Unknown() -> {
                    shown = shown(replica.view);
                    last = position;
                }
                case Since.Changed(List<Notice> notices, Position upTo) -> {
                    notices.stream()
                            .filter(notice -> !notice.event().equals(Notice.FLEET)
                                    && !notice.event().equals(Notice.RELOAD))
                            .forEach(notice -> {
                                String key = key(notice.event(), notice.id(), notice.rollout());
                                notice.json().ifPresentOrElse(json -> shown.put(key, json), () -> shown.remove(key));
                            });
                    last = upTo.text();
                }
            }
        }
    }
}
