package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.api.Words.nameOf;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import org.jspecify.annotations.Nullable;

/**
 * What would help a cluster that waits, was skipped or failed.
 *
 * @param words the end of a sentence
 * @param command what a person would type; null where there is nothing to do
 */
record Remedy(String words, @Nullable String command) {

    private static final Remedy PASSES = new Remedy("it goes on by itself once that has passed", null);

    /**
     * What a person does before a failed cluster is tried again, in the words of a command.
     *
     * @param code why it failed
     */
    static String mending(@Nullable String code) {
        return "RequestDisallowedByPolicy".equals(code)
                ? "let the policy allow it, or exempt the cluster from its assignment,"
                : "mend the cause";
    }

    /**
     * @param code why the cluster waits or was skipped
     * @param cluster ARM resource id
     */
    static Remedy of(String code, String config, String cluster) {
        String retry = "kpfleet retry " + config + " --cluster " + nameOf(cluster);
        String apply = "kpfleet apply -f " + config + ".yaml";
        return switch (code) {
            case "ClusterStopped", "ClusterNotReady", "ClusterBusy", "OperationInFlight", "OutsideMaintenanceWindow" ->
                PASSES;
            case "MaintenanceWindowsUnknown" ->
                new Remedy(
                        "it goes on by itself once they are; see that the service may read maintenanceConfigurations",
                        null);
            case "ConflictingConfigs" -> new Remedy("it waits until one of them is changed", "kpfleet get configs");
            case "KubeProxyConfigFeatureNotRegistered" ->
                new Remedy(
                        "it goes on by itself once that is done",
                        "kpfleet features register " + Partitioning.subscriptionOf(cluster));
            case "SkippedByOperator" -> new Remedy("try it again to include it", retry);
            case "Superseded" -> new Remedy("look at the latest rollout", "kpfleet get rollout " + config);
            case "LowerPriority" ->
                new Remedy(
                        "that config decides what it runs, unless one of the priorities is changed",
                        "kpfleet get configs");
            case "NoLongerSelected", "ClusterGone", "SubscriptionNotInFleet", "NothingToRevert" ->
                new Remedy("nothing to do", null);
            case "NoStage" ->
                new Remedy("give the strategy a stage that takes it and publish the configuration again", apply);
            case "AutomaticSku",
                    "CiliumDataplaneRequiresKubeProxyConfigDisabled",
                    "KubeProxyConfigDisabledBYOCNIOnly",
                    "NetworkPolicyAzureWithIpvs" ->
                new Remedy("select it no longer, or publish a configuration that it can take", apply);
            case "KubernetesVersionTooOld" -> new Remedy("once it is upgraded, try it again", retry);
            case "ApiVersionTooOld", "KubeProxyConfigUnreadable" ->
                new Remedy("once the fleet service is mended so, try it again", retry);
            case "ScopeLocked" -> new Remedy("once the lock is removed, try it again", retry);
            case "ForeignChange" ->
                new Remedy(
                        "find out who changes it; to overrule them, roll the configuration out once more",
                        "kpfleet rerun " + config);
            default -> new Remedy("once the cause is gone, try it again", retry);
        };
    }
}
