package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout would do, before anything is done. What clusters have and get is described as
 * {@link dev.kubeproxyfleet.schemas.config.Desired#describe()} does: by what a cluster would run.
 *
 * @param kubeProxy null if it is about agents
 * @param agents null if it is about kube-proxy
 * @param waitsFor why it could not start now, such as {@code InventoryPending}; null if it could
 * @param stages in order, each with the clusters that it would change
 * @param converged clusters that run the configuration already
 * @param skipped clusters that would be left alone, with the reason
 * @param earliestEnd if every cluster takes a typical time, nobody is waited for, and nothing fails; null while it waits,
 *     and if a cluster could never start
 * @param latestEnd if every cluster takes up to its deadline, and nobody is waited for; null as earliestEnd is
 * @param earlierCost what the config's latest changes cost the first of its stages; null where that was never told
 */
public record RolloutPlan(
        String config,
        @Nullable KubeProxyConfig kubeProxy,
        @Nullable AgentConfig agents,
        String to,
        @Nullable Reason waitsFor,
        List<Stage> stages,
        List<Change> converged,
        List<Change> skipped,
        List<Warning> warnings,
        @Nullable Instant earliestEnd,
        @Nullable Instant latestEnd,
        @Nullable EarlierCost earlierCost) {

    public RolloutPlan {
        stages = List.copyOf(stages);
        converged = List.copyOf(converged);
        skipped = List.copyOf(skipped);
        warnings = List.copyOf(warnings);
    }

    /** The same plan with something to know before what it says already. */
    public RolloutPlan warning(List<Warning> first) {
        return new RolloutPlan(
                config,
                kubeProxy,
                agents,
                to,
                waitsFor,
                stages,
                converged,
                skipped,
                Stream.concat(first.stream(), warnings.stream()).toList(),
                earliestEnd,
                latestEnd,
                earlierCost);
    }

    /** The same plan with what the changes of an earlier rollout cost. */
    public RolloutPlan after(@Nullable EarlierCost cost) {
        return new RolloutPlan(
                config,
                kubeProxy,
                agents,
                to,
                waitsFor,
                stages,
                converged,
                skipped,
                warnings,
                earliestEnd,
                latestEnd,
                cost);
    }

    /** @param message one sentence for people */
    public record EarlierCost(String rollout, String stage, String message) {}

    /** A stable code, and one sentence for people. */
    public record Reason(ReasonCode code, String message) {}

    /**
     * One stage with its caps in clusters.
     *
     * @param gates what would watch it; null of a rollout that is planned already, which tells of its gates itself
     */
    public record Stage(
            String name,
            int maxConcurrent,
            int maxFailures,
            List<Change> clusters,
            @Nullable Gates gates) {

        public Stage {
            clusters = List.copyOf(clusters);
        }
    }

    /**
     * What would watch a stage.
     *
     * @param coverage share of a cluster's Linux nodes that must show the configuration, 0 to 1; 0 takes Azure's word alone
     * @param evidence whose word a cluster needs to converge, unless Azure's alone is taken
     * @param judged keys of the signals that can stop the rollout
     * @param observed keys of the signals that are compared and shown, and stop nothing
     * @param external names of the gates whose verdict comes from outside, which the stage waits for
     * @param cannotTell what these will not be able to judge, by what is known now
     */
    public record Gates(
            double coverage,
            Gate.Source evidence,
            List<String> judged,
            List<String> observed,
            List<String> external,
            List<Reason> cannotTell) {

        public Gates {
            judged = List.copyOf(judged);
            observed = List.copyOf(observed);
            external = List.copyOf(external);
            cannotTell = List.copyOf(cannotTell);
        }
    }

    /**
     * One cluster and what would become of it.
     *
     * @param cluster ARM resource id, lower case
     * @param group of its stage; null where there is none
     * @param from what it has, by the inventory or by its Kubernetes API
     * @param reason why it is skipped, or what it would wait for now; null where nothing is in the way
     */
    public record Change(
            String cluster,
            @Nullable String group,
            String from,
            String to,
            @Nullable Reason reason) {

        /** In place of a description: Azure shows something that this version cannot read. */
        public static final String UNREADABLE = "something unreadable";

        /** In place of a description: nobody has seen it. */
        public static final String UNKNOWN = "unknown";
    }

    /**
     * What a person should know before it happens.
     *
     * @param code stable, such as {@code IpvsDeprecated}
     * @param clusters how many it concerns; 0 if it is about the rollout as a whole
     * @param examples names of at most five of them
     */
    public record Warning(ReasonCode code, String message, int clusters, List<String> examples) {

        public Warning {
            examples = List.copyOf(examples);
        }
    }
}
