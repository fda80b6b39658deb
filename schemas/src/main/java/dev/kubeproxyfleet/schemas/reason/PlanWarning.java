package dev.kubeproxyfleet.schemas.reason;

/** What a plan warns of. */
public enum PlanWarning implements Reason {
    Interruption("The change can interrupt service traffic for a moment."),
    StaleRules("Rules of the mode before stay on the nodes until they are restarted."),
    IpvsWillBeRemoved(
            "Kubernetes gives mode IPVS up in later versions than these clusters run; the message has the versions."),
    IpvsDeprecated("Mode IPVS is deprecated in the Kubernetes versions of these clusters."),
    IpvsOffByDefault("Mode IPVS is off by default in the Kubernetes versions of these clusters."),
    FewConnections(
            "With few connections LeastConnection can look unbalanced; said only where IPVS counts them already."),
    SecretsNotReturned(
            "Azure never returns the secrets of clusters with a service principal or Windows nodes, so the change is written without them.",
            "Try one of these clusters first."),
    ModeNotPinned(
            "The mode is left to kube-proxy, which runs iptables up to Kubernetes 1.39 and chooses one itself from 1.40 on.",
            "Name the mode in the configuration."),
    TimeoutsNotUnset("Timeouts cannot be unset on a live node; the kernel's default is written."),
    NodeCountDiffers("Azure counts another number of Linux nodes than report; the larger number counts."),
    WindowsNeverMeet(
            "The strategy's windows and these clusters' AKS maintenance windows are never open at once, so the clusters never start and no end is foreseen.",
            "Change one of the windows."),
    NoBake(
            "A stage does not bake, so what its nodes count can fail it only while it updates.",
            "Give the stage a bake."),
    Unchanged("Publishing this starts nothing; the plan is that of a rerun."),
    Supersedes("Publishing this ends the rollout that the config has now.");

    private final Words words;

    PlanWarning(String meaning) {
        words = new Words(meaning, null);
    }

    PlanWarning(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
