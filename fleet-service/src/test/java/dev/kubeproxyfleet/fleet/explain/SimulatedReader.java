package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.FoldedTopics;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The read model behind a simulated controller: what the topics say, it must be able to explain. */
public final class SimulatedReader {

    /** What is said only of states that contradict each other. */
    private static final List<String> CONTRADICTIONS = List.of(
            "is not known yet", "though its stage is done", "while its stage already bakes", "ended as Succeeded at");

    private final FoldedTopics topics = new FoldedTopics();
    private final FleetView view = topics.view();
    private final Explainer explainer = new Explainer(view);

    /** Folds one record. */
    public void read(Topic topic, String key, byte @Nullable [] value) {
        topics.read(topic, key, value);
    }

    /** What there is to read of a rollout. */
    public void read(RolloutStatus rollout, List<RolloutClusterStatus> clusters) {
        view.apply(new Change.Rollout(rollout.id(), rollout));
        clusters.forEach(
                cluster -> view.apply(new Change.RolloutCluster(cluster.rollout(), cluster.cluster(), cluster)));
    }

    public void read(ConfigStatus config) {
        view.apply(new Change.Config(config.name(), config));
    }

    public void read(ClusterRecord cluster, ClusterHealth health) {
        view.apply(new Change.Cluster(cluster.id(), cluster));
        view.apply(new Change.Health(cluster.id(), health));
    }

    public void read(SubscriptionRecord subscription) {
        view.apply(new Change.Subscription(subscription.subscription(), subscription));
    }

    public void read(FleetStrategy strategy) {
        view.apply(new Change.Strategy(strategy.name(), strategy, null));
    }

    /** What has been read. */
    public FleetView view() {
        return view;
    }

    /**
     * What is said of a cluster or a rollout.
     *
     * @param about resource id of the cluster, or id of the rollout
     */
    public record Said(
            String about,
            String sentence,
            String state,
            @Nullable String code,
            @Nullable String command) {}

    public Optional<Said> ofCluster(String id, Instant now) {
        return explainer
                .cluster(id, now)
                .map(told -> new Said(id, told.sentence(), told.state(), told.code(), told.command()));
    }

    public Optional<Said> ofRollout(String id, Instant now) {
        return explainer
                .rollout(id, now)
                .map(told -> new Said(id, told.sentence(), told.state(), told.code(), told.command()));
    }

    /** Each gets a sentence that says why it is as it is, and nothing that contradicts itself. */
    public void explain(Collection<String> clusters, Collection<String> rollouts, Instant now) {
        for (String cluster : clusters) {
            ClusterExplanation explanation = explainer
                    .cluster(cluster, now)
                    .orElseThrow(() -> new AssertionError("nobody can explain cluster " + cluster));
            check(cluster, explanation.sentence());
        }
        for (String rollout : rollouts) {
            RolloutExplanation explanation = explainer
                    .rollout(rollout, now)
                    .orElseThrow(() -> new AssertionError("nobody can explain rollout " + rollout));
            check(rollout, explanation.sentence());
        }
    }

    private static void check(String what, String sentence) {
        boolean speaks = sentence.endsWith(".")
                && !sentence.contains("null")
                && CONTRADICTIONS.stream().noneMatch(sentence::contains);
        if (!speaks) {
            throw new AssertionError(what + " is explained as: " + sentence);
        }
    }
}
