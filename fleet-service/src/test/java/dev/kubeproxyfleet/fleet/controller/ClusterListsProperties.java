package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.NodesBefore;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster.Change;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Lists that followed every change of a rollout's clusters are those that a look at all of them makes. */
class ClusterListsProperties {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CLUSTERS = 6;
    private static final int STAGES = 2;
    private static final ClusterState WAITING = new ClusterState.Waiting(NOW, null, null);

    private record Step(
            int cluster, int stage, ClusterState state, boolean changed, boolean takenBack, boolean settling) {

        /** No two clusters share a position among the changes, as in a rollout. */
        Change change() {
            int position = cluster + 1;
            if (!changed) {
                return new Change.None(null);
            }
            return takenBack ? new Change.TakenBack(null, position) : new Change.Made(null, position);
        }
    }

    @Property
    void followingChangesIsLookingAtAll(@ForAll("steps") List<Step> steps) {
        ClusterLists followed = new ClusterLists();
        Map<String, RolloutCluster> clusters = new TreeMap<>();
        for (Step step : steps) {
            RolloutCluster next = cluster(step);
            followed.move(clusters.put(next.cluster(), next), next);
        }
        ClusterLists madeAnew = new ClusterLists();
        clusters.values().forEach(cluster -> madeAnew.move(null, cluster));

        assertThat(followed.inFlight()).containsExactlyElementsOf(madeAnew.inFlight());
        assertThat(followed.settling()).containsExactlyElementsOf(madeAnew.settling());
        assertThat(followed.deferred()).containsExactlyElementsOf(madeAnew.deferred());
        for (int limit = 0; limit <= CLUSTERS; limit++) {
            assertThat(followed.changed(limit)).isEqualTo(madeAnew.changed(limit));
            for (int stage = 0; stage < STAGES; stage++) {
                assertThat(followed.waiting(stage, 0, limit)).isEqualTo(madeAnew.waiting(stage, 0, limit));
            }
        }
    }

    @Example
    void blockedOnesWaitBehindTheOthersAndTheNewestChangeIsFirst() {
        ClusterLists lists = new ClusterLists();
        ClusterState blocked = new ClusterState.Waiting(NOW, ClusterReason.OperationInFlight, "it is busy");
        IntStream.range(0, 4)
                .mapToObj(i -> cluster(new Step(i, 0, i == 1 ? blocked : WAITING, true, false, false)))
                .forEach(cluster -> lists.move(null, cluster));

        assertThat(lists.waiting(0, 0, 10)).containsExactly("cluster-0", "cluster-2", "cluster-3", "cluster-1");
        assertThat(lists.waiting(0, 0, 2)).containsExactly("cluster-0", "cluster-2");
        assertThat(lists.changed(2)).containsExactly("cluster-3", "cluster-2");
    }

    /** No two clusters share an ordinal, as in a rollout. */
    private static RolloutCluster cluster(Step step) {
        return new RolloutCluster(
                new RolloutId("prod", 1),
                "cluster-" + step.cluster(),
                "resourceUID:1",
                new RolloutCluster.Place(step.stage(), 0),
                step.cluster(),
                1,
                step.state(),
                step.change(),
                NodesBefore.UNKNOWN,
                List.of(),
                step.settling() ? new Cost.Settling(NOW, NOW, NOW, NOW) : new Cost.Running(NOW),
                null);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<ClusterState> states = Arbitraries.of(
                WAITING,
                new ClusterState.Waiting(NOW, ClusterReason.OperationInFlight, "it is busy"),
                new ClusterState.Updating(NOW, 1, NOW, null, null),
                new ClusterState.Verifying(NOW, NOW, NOW, "its nodes have yet to show it"),
                new ClusterState.Converged(NOW, null, "3 of 3 nodes run it", true, null),
                new ClusterState.Failed(NOW, new AzureCode("SomeArmCode"), "ARM says no"),
                new ClusterState.Skipped(NOW, ClusterReason.ClusterBusy, "it is busy", false),
                new ClusterState.Skipped(NOW, ClusterReason.ClusterGone, "it is gone", false),
                new ClusterState.RolledBack(NOW, "3 of 3 nodes run it"));
        Arbitrary<Boolean> either = Arbitraries.of(true, false);
        return Combinators.combine(
                        Arbitraries.integers().between(0, CLUSTERS - 1),
                        Arbitraries.integers().between(0, STAGES - 1),
                        states,
                        either,
                        either,
                        either)
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }
}
