package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * What a person may ask of a config about a cluster now: no sentence gives a command that the controller would refuse. Each
 * method ends a sentence, whose rest comes without its full stop.
 *
 * @param id ARM resource id of the cluster
 * @param called what a command calls the cluster
 * @param cluster null if the inventory does not know it (any more)
 * @param prospect of the config; null if that is not known
 * @param objection what keeps the cluster from being changed now; null if nothing does
 */
record Ask(
        String id,
        String called,
        @Nullable ClusterView cluster,
        String config,
        @Nullable Prospect prospect,
        Preview.@Nullable Objection objection) {

    /** To roll the configuration out once more. */
    Told rerun(String rest) {
        if (isGone()) {
            return onceKnown(rest);
        }
        return prospect == null || prospect.takes(Command.Action.Rerun)
                ? new Told(rest + ".", "kpfleet rerun " + config)
                : later(rest, Command.Action.Rerun, prospect);
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
        if (prospect != null && !(prospect.takes(Command.Action.Retry) && isFor(prospect.latest()))) {
            return later(rest, Command.Action.Retry, prospect);
        }
        if (objection == null || objection.passes() || cluster == null) {
            return new Told(rest + ".", "kpfleet retry " + config + " --cluster " + called);
        }
        return new Told(
                rest + (objection.reason().code().equals(code) ? "" : onceItCanBeChanged(objection)) + ".",
                ConvergedCluster.isStopped(cluster) ? ConvergedCluster.start(cluster) : lookAt());
    }

    /** Shows the cluster with its nodes. */
    String lookAt() {
        return "kpfleet get cluster " + called;
    }

    /** To roll back what a rollout that ended has left of that. */
    Told rollback(String rest, RolloutStatus rollout) {
        if (prospect == null) {
            return new Told(rest + ".", "kpfleet rollback " + rollout.id());
        }
        RolloutStatus latest = prospect.latest();
        if (!latest.state().isEnded()) {
            return onceEnded(rest, latest);
        }
        if (rollout.actions() == null) {
            return new Told(
                    rest + "; " + latest.id()
                            + " has come after it, so this may not be possible any more: look at that one.",
                    "kpfleet get rollout " + latest.id());
        }
        return rollout.objection(Command.Action.Rollback)
                .map(found -> new Told(rest + ", which is not possible now" + Words.said(found) + ".", null))
                .orElseGet(() -> new Told(rest + ".", "kpfleet rollback " + rollout.id()));
    }

    /** To ask for what the latest rollout does not take now, once it does. */
    static Told later(String rest, Command.Action action, Prospect prospect) {
        if (!prospect.latest().state().isEnded()) {
            return onceEnded(rest, prospect.latest());
        }
        return prospect.missingStrategy() == null
                ? new Told(
                        rest + ", which is not possible now"
                                + prospect.latest()
                                        .objection(action)
                                        .map(Words::said)
                                        .orElse("") + ".",
                        null)
                : oncePublished(rest, prospect.missingStrategy());
    }

    static String onceItCanBeChanged(Preview.Objection objection) {
        return ", once it can be changed" + Words.said(objection.reason());
    }

    /** One that is under way for another cluster takes up no more. */
    private boolean isFor(RolloutStatus latest) {
        return latest.state().isEnded()
                || latest.onlyCluster() == null
                || latest.onlyCluster().equals(id);
    }

    /** Where the rollout is not known, the inventory may be still to come as well. */
    boolean isGone() {
        return prospect != null && cluster == null;
    }

    private static Told onceKnown(String rest) {
        return new Told(rest + ", should the inventory know it again.", null);
    }

    private static Told oncePublished(String rest, String strategy) {
        return new Told(
                rest + ", once the strategy " + strategy + ", which it refers to, is published.",
                "kpfleet apply -f " + strategy + ".yaml");
    }

    static Told onceEnded(String rest, RolloutStatus latest) {
        return new Told(rest + ", once " + latest.id() + " has ended.", "kpfleet get rollout " + latest.id());
    }
}
