package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.explain.Words.nameOf;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * What a person may ask of a config about a cluster now: no sentence gives a command that the controller would refuse. Each
 * method ends a sentence, whose rest comes without its full stop.
 *
 * @param id ARM resource id of the cluster
 * @param cluster null if the inventory does not know it (any more)
 * @param prospect of the config; null if that is not known
 * @param objection what keeps the cluster from being changed now; null if nothing does
 */
record Ask(
        String id,
        @Nullable ClusterView cluster,
        String config,
        @Nullable Prospect prospect,
        Preview.@Nullable Objection objection) {

    /** To roll the configuration out once more: a rollout that is under way has to end before. */
    Told rerun(String rest) {
        if (isGone()) {
            return onceKnown(rest);
        }
        if (prospect != null && !prospect.latest().state().isEnded()) {
            return onceEnded(rest, prospect.latest());
        }
        return prospect != null && prospect.missingStrategy() != null
                ? oncePublished(rest, prospect.missingStrategy())
                : new Told(rest + ".", "kpfleet rerun " + config);
    }

    /**
     * To try the cluster again.
     *
     * @param code that the sentence has told already
     */
    Told retry(String rest, @Nullable ReasonCode code) {
        if (isGone()) {
            return onceKnown(rest);
        }
        if (prospect != null && !takes(prospect.latest())) {
            return onceEnded(rest, prospect.latest());
        }
        if (prospect != null && prospect.latest().state().isEnded() && prospect.missingStrategy() != null) {
            return oncePublished(rest, prospect.missingStrategy());
        }
        if (objection == null || objection.passes() || cluster == null) {
            return new Told(rest + ".", "kpfleet retry " + config + " --cluster " + nameOf(id));
        }
        return new Told(
                rest + (objection.reason().code().equals(code) ? "" : onceItCanBeChanged(objection)) + ".",
                ConvergedCluster.isStopped(cluster)
                        ? ConvergedCluster.start(cluster)
                        : "kpfleet get cluster " + cluster.name());
    }

    /** To roll back what a rollout that ended has left of that. */
    Told rollback(String rest, RolloutStatus rollout) {
        return prospect == null || prospect.latest().state().isEnded()
                ? new Told(rest + ".", "kpfleet rollback " + rollout.id())
                : onceEnded(rest, prospect.latest());
    }

    static String onceItCanBeChanged(Preview.Objection objection) {
        return ", once it can be changed" + Words.said(objection.reason());
    }

    /** Whether a retry is taken up by the rollout, or by one after it. */
    private boolean takes(RolloutStatus rollout) {
        return switch (rollout.state()) {
            case Running -> isFor(rollout);
            case Paused -> !rollout.goesBack() && rollout.plan() != null && isFor(rollout);
            case Planned, RollingBack -> false;
            case Succeeded, Failed, Aborted, Superseded, RolledBack -> true;
        };
    }

    private boolean isFor(RolloutStatus rollout) {
        return rollout.onlyCluster() == null || rollout.onlyCluster().equals(id);
    }

    /** Where the rollout is not known, the inventory may be still to come as well. */
    boolean isGone() {
        return prospect != null && cluster == null;
    }

    private static Told onceKnown(String rest) {
        return new Told(rest + ", should the inventory know it again.", null);
    }

    static Told oncePublished(String rest, String strategy) {
        return new Told(
                rest + ", once the strategy " + strategy + ", which it refers to, is published.",
                "kpfleet apply -f " + strategy + ".yaml");
    }

    static Told onceEnded(String rest, RolloutStatus latest) {
        return new Told(rest + ", once " + latest.id() + " has ended.", "kpfleet get rollout " + latest.id());
    }
}
