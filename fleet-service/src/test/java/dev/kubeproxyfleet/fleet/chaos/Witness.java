package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.fleet.chaos.Evidence.Asked;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Ordered;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Rollout;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Shown;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Write;
import dev.kubeproxyfleet.fleet.chaos.Violation.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says which promises a run has broken, by what Azure and Kafka have kept of it. Pure. */
final class Witness {

    /**
     * How long a worker may go on with what the controller no longer wants. It hears of that at once, unless it is cut off from the one
     * broker that would tell it, while the rest of Kafka confirms that it is a member of its group.
     */
    static final Duration HEARD_WITHIN = Schedule.LONGEST_ABSENCE.multipliedBy(2);

    /** Azure's answer to a write of something else than what the cluster is by now. */
    private static final int PRECONDITION_FAILED = 412;

    private final Map<String, String> stages;
    private final int maxConcurrent;

    /**
     * @param stages for people: config and stage of each cluster that has one. A rollback goes on in several stages at once
     * @param maxConcurrent of every stage
     */
    Witness(Map<String, String> stages, int maxConcurrent) {
        this.stages = Map.copyOf(stages);
        this.maxConcurrent = maxConcurrent;
    }

    /** What Azure alone can tell, at any time of a run. */
    List<Violation> ofWrites(List<Write> writes) {
        return Stream.of(oneWriter(writes), kubeProxyOnly(writes), toAPurpose(writes), capped(writes))
                .flatMap(List::stream)
                .toList();
    }

    /** Everything, once the run is over. */
    List<Violation> of(Evidence evidence) {
        return Stream.of(
                        ofWrites(evidence.writes()),
                        inOrder(evidence),
                        inForce(evidence),
                        cappedInKafka(evidence.rollouts()),
                        answered(evidence),
                        kept(evidence),
                        forward(evidence.rollouts()),
                        ended(evidence.rollouts()),
                        asWanted(evidence.shown()))
                .flatMap(List::stream)
                .toList();
    }

    /** A write with an eTag that another writer has made old was kept from doing harm, and is none. */
    private static List<Violation> oneWriter(List<Write> writes) {
        List<Violation> found = new ArrayList<>();
        Map<String, Instant> busyUntil = new HashMap<>();
        for (Write write : writes) {
            Instant busy = busyUntil.get(write.cluster());
            if (busy != null && write.at().isBefore(busy) && write.status() != PRECONDITION_FAILED) {
                found.add(new Violation(
                        Promise.ONE_WRITER,
                        write.at(),
                        "a write of " + write.timeout() + " to " + write.cluster() + " was answered with "
                                + write.status() + " while one before it ran until " + busy));
            }
            if (write.until() != null) {
                busyUntil.put(write.cluster(), write.until());
            }
        }
        return found;
    }

    private static List<Violation> kubeProxyOnly(List<Write> writes) {
        return writes.stream()
                .filter(write -> write.accepted() && !write.beside().isEmpty())
                .map(write -> new Violation(
                        Promise.KUBE_PROXY_ONLY, write.at(), write.cluster() + " lost or changed " + write.beside()))
                .toList();
    }

    private static List<Violation> toAPurpose(List<Write> writes) {
        List<Violation> found = new ArrayList<>();
        Map<String, Write> before = new HashMap<>();
        writes.stream().filter(Write::accepted).forEach(write -> {
            Write last = before.put(write.cluster(), write);
            if (last != null && last.timeout().equals(write.timeout())) {
                found.add(new Violation(
                        Promise.TO_A_PURPOSE,
                        write.at(),
                        write.timeout() + " was written to " + write.cluster() + " again, as at " + last.at()));
            }
        });
        return found;
    }

    private List<Violation> capped(List<Write> writes) {
        List<Violation> found = new ArrayList<>();
        Map<String, Map<Write, Instant>> ends = new HashMap<>();
        for (Write write : writes) {
            if (write.until() != null) {
                String stage = stages.getOrDefault(write.cluster(), "no stage");
                Map<Write, Instant> running = ends.computeIfAbsent(stage, _ -> new LinkedHashMap<>());
                running.values().removeIf(end -> !end.isAfter(write.at()));
                running.put(write, write.until());
                if (running.size() > maxConcurrent) {
                    found.add(new Violation(
                            Promise.CAPPED,
                            write.at(),
                            "Azure changes " + running.size() + " clusters of " + stage + ", not " + maxConcurrent
                                    + " at most: " + told(running)));
                }
            }
        }
        return found;
    }

    private static String told(Map<Write, Instant> running) {
        return running.entrySet().stream()
                .map(each -> each.getKey().timeout() + " of " + each.getKey().cluster() + " from "
                        + each.getKey().at() + " to " + each.getValue())
                .collect(Collectors.joining("; "));
    }

    private List<Violation> cappedInKafka(List<Rollout> rollouts) {
        return rollouts.stream()
                .filter(rollout -> rollout.inFlight() > maxConcurrent)
                .map(rollout -> new Violation(
                        Promise.CAPPED, null, rollout.id() + " had " + rollout.inFlight() + " clusters in flight"))
                .toList();
    }

    /** Each accepted write is of an operation that is not before the one of the write before. */
    private static List<Violation> inOrder(Evidence evidence) {
        Map<String, List<Ordered>> operations =
                evidence.operations().stream().collect(Collectors.groupingBy(Ordered::cluster));
        List<Violation> found = new ArrayList<>();
        Map<String, Integer> reached = new HashMap<>();
        evidence.writes().stream().filter(Write::accepted).forEach(write -> {
            List<Ordered> ofCluster = operations.getOrDefault(write.cluster(), List.of());
            int next = reached.getOrDefault(write.cluster(), 0);
            while (next < ofCluster.size()
                    && !write.timeout().equals(ofCluster.get(next).timeout())) {
                next++;
            }
            if (next < ofCluster.size()) {
                reached.put(write.cluster(), next);
            } else {
                found.add(new Violation(
                        Promise.IN_ORDER,
                        write.at(),
                        write.timeout() + " was written to " + write.cluster() + " after what was wanted later: "
                                + lived(evidence, write.cluster())));
            }
        });
        return found;
    }

    /** For people: what was wanted of a cluster and written to it, in the order of time. */
    private static String lived(Evidence evidence, String cluster) {
        Stream<String> wanted = evidence.operations().stream()
                .filter(each -> each.cluster().equals(cluster))
                .map(each -> each.seenAt() + " wanted " + (each.timeout() == null ? "nothing" : each.timeout()));
        Stream<String> written = evidence.writes().stream()
                .filter(each -> each.cluster().equals(cluster))
                .map(each -> each.at() + " written " + each.timeout() + ", answered with " + each.status());
        return Stream.concat(wanted, written).sorted().collect(Collectors.joining("; "));
    }

    /** @param upTo when the run saw something else wanted; null if it never did */
    private record Wanted(
            Evidence.Timeout timeout, @Nullable Instant upTo) {}

    private static List<Violation> inForce(Evidence evidence) {
        Map<String, List<Wanted>> wanted = wanted(evidence.operations());
        List<Violation> found = new ArrayList<>();
        for (Write write : evidence.writes()) {
            List<Wanted> same = wanted.getOrDefault(write.cluster(), List.of()).stream()
                    .filter(each -> each.timeout().equals(write.timeout()))
                    .toList();
            boolean inForce = same.stream()
                    .anyMatch(each -> each.upTo() == null
                            || !write.at().isAfter(each.upTo().plus(HEARD_WITHIN)));
            if (!inForce && write.status() != PRECONDITION_FAILED) {
                found.add(new Violation(
                        Promise.IN_FORCE,
                        write.at(),
                        "a write of " + write.timeout() + " to " + write.cluster() + " was answered with "
                                + write.status()
                                + (same.isEmpty()
                                        ? ", and nobody ever wanted it"
                                        : ", and it was wanted up to "
                                                + same.getLast().upTo())));
            }
        }
        return found;
    }

    private static Map<String, List<Wanted>> wanted(List<Ordered> operations) {
        Map<String, List<Wanted>> wanted = new HashMap<>();
        for (Ordered operation : operations) {
            List<Wanted> ofCluster = wanted.computeIfAbsent(operation.cluster(), _ -> new ArrayList<>());
            if (!ofCluster.isEmpty() && ofCluster.getLast().upTo() == null) {
                Wanted before = ofCluster.removeLast();
                ofCluster.add(new Wanted(before.timeout(), operation.seenAt()));
            }
            if (operation.timeout() != null) {
                ofCluster.add(new Wanted(operation.timeout(), null));
            }
        }
        return wanted;
    }

    private static List<Violation> answered(Evidence evidence) {
        Map<String, Integer> due = new LinkedHashMap<>();
        for (Asked asked : evidence.asked()) {
            if (!evidence.rejected().contains(asked.position())) {
                due.merge(asked.id(), 1, Integer::sum);
            }
        }
        return due.entrySet().stream()
                .filter(each ->
                        !evidence.answers().getOrDefault(each.getKey(), 0).equals(each.getValue()))
                .map(each -> new Violation(
                        Promise.ANSWERED,
                        null,
                        each.getKey() + " was asked " + each.getValue() + " times, and answered "
                                + evidence.answers().getOrDefault(each.getKey(), 0) + " times"))
                .toList();
    }

    private static List<Violation> kept(Evidence evidence) {
        Set<String> ids = evidence.asked().stream().map(Asked::id).collect(Collectors.toSet());
        return evidence.acknowledged().stream()
                .filter(id -> !ids.contains(id))
                .map(id -> new Violation(Promise.KEPT, null, id + " was acknowledged, and is in no topic"))
                .toList();
    }

    private static List<Violation> forward(List<Rollout> rollouts) {
        List<Violation> found = new ArrayList<>();
        Map<String, Rollout> newest = new HashMap<>();
        Map<String, Rollout> latest = new HashMap<>();
        for (Rollout rollout : rollouts) {
            Rollout known = newest.get(rollout.config());
            if (!latest.containsKey(rollout.id()) && known != null && rollout.generation() <= known.generation()) {
                found.add(new Violation(Promise.FORWARD, null, rollout.id() + " appeared after " + known.id()));
            }
            if (known == null || rollout.generation() > known.generation()) {
                newest.put(rollout.config(), rollout);
            }
            Rollout before = latest.put(rollout.id(), rollout);
            if (before != null && before.state().isEnded() && !rollout.state().isEnded() && !rollout.goesBack()) {
                found.add(new Violation(
                        Promise.FORWARD,
                        null,
                        rollout.id() + " was " + before.state() + " and is " + rollout.state() + " again"));
            }
        }
        return found;
    }

    private static List<Violation> ended(List<Rollout> rollouts) {
        Map<String, Rollout> latest = new LinkedHashMap<>();
        rollouts.forEach(rollout -> latest.put(rollout.id(), rollout));
        return latest.values().stream()
                .filter(rollout -> !rollout.state().isEnded())
                .map(rollout -> new Violation(
                        Promise.ENDED, null, rollout.id() + " is " + rollout.state() + ", " + rollout.why()))
                .toList();
    }

    private static List<Violation> asWanted(List<Shown> shown) {
        return shown.stream()
                .filter(each ->
                        !each.azure().equals(each.wanted()) || !each.nodes().equals(Set.of(each.wanted())))
                .map(each -> new Violation(
                        Promise.AS_WANTED,
                        null,
                        each.cluster() + " of " + each.config() + " is to have " + each.wanted() + ", Azure has "
                                + each.azure() + ", its nodes " + each.nodes()))
                .toList();
    }
}
