package dev.kubeproxyfleet.fleet.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.ClusterRecordReader;
import dev.kubeproxyfleet.fleet.azure.Loopback;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks ARM which server is a cluster's API. Thread-safe; waits for ARM's budgets.
 *
 * <p>A user credential is asked for only once ARM has just shown that the cluster has Microsoft Entra integration: of any other
 * cluster it would be an administrator's.
 */
final class ClusterAccess {

    /** A credential that did not help is not asked for again for so long. */
    static final Duration MIN_AGE = Duration.ofMinutes(5);

    private static final String ASKING = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action";

    private final Function<ArmRequest, ArmResult> arm;
    private final boolean armIsHere;
    private final Predicate<ClusterRecord> selected;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /**
     * @param endpoint ARM's; servers on this machine are allowed where ARM is on it too
     * @param selected of other clusters no credential is asked for
     */
    ClusterAccess(
            Function<ArmRequest, ArmResult> arm, URI endpoint, Predicate<ClusterRecord> selected, InstantSource clock) {
        this.arm = arm;
        this.armIsHere = Loopback.isMeant(endpoint.getHost());
        this.selected = selected;
        this.clock = clock;
    }

    /** What ARM says of the way to a cluster's API. */
    sealed interface Access {

        /** @param uid of the cluster that ARM has just shown */
        record Granted(Server server, @Nullable String uid) implements Access {}

        /**
         * @param uid null if ARM showed no cluster, or none that it tells one of
         * @param error ARM's; null if ARM answered, and the cluster itself is in the way
         */
        record Denied(Trouble trouble, @Nullable String uid, ArmResult.@Nullable ArmError error) implements Access {}
    }

    private record Known(Server server, @Nullable String uid, Set<String> hosts, Instant readAt) {}

    /**
     * The way to a cluster's API; ARM's earlier answer is good enough for the same cluster.
     *
     * @param cluster ARM resource id, lower case
     */
    Access open(String cluster) {
        return switch (arm.apply(new ArmRequest.GetCluster(cluster))) {
            case ArmResult.ArmError error ->
                new Access.Denied(
                        new Trouble(
                                error.status() == 404
                                        ? KubernetesReason.ClusterNotRunning
                                        : KubernetesReason.CredentialRefused,
                                "Azure does not show the cluster: " + said(error)),
                        null,
                        error);
            case ArmResult.Ok ok ->
                ClusterRecordReader.read(ok.body())
                        .map(record -> of(record, ok.body().path("properties")))
                        .orElseGet(() -> new Access.Denied(
                                new Trouble(KubernetesReason.CredentialRefused, "Azure's answer is no managed cluster"),
                                null,
                                null));
        };
    }

    /** The server did not answer as the cluster's: ARM is asked for it anew, unless it was a moment ago. */
    void doubt(String cluster) {
        known.computeIfPresent(
                cluster, (_, kept) -> kept.readAt().plus(MIN_AGE).isAfter(clock.instant()) ? kept : null);
    }

    /** Nobody looks at the cluster any more. */
    void forget(String cluster) {
        known.remove(cluster);
    }

    private Access of(ClusterRecord record, JsonNode properties) {
        if (!selected.test(record)) {
            return denied(
                    record, KubernetesReason.ClusterNotSelected, "kpfleet.kubernetes does not select the cluster");
        }
        if (!properties.path("aadProfile").isObject()) {
            known.remove(record.id());
            return denied(
                    record,
                    KubernetesReason.LocalAccountsOnly,
                    "the cluster has no aadProfile, so that a user credential of it would be an administrator's");
        }
        if (!record.powerState().equalsIgnoreCase("Running")) {
            return denied(record, KubernetesReason.ClusterNotRunning, "the cluster is " + record.powerState());
        }
        Set<String> hosts = Stream.of("fqdn", "privateFQDN")
                .map(name -> properties.path(name).asText(""))
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.toUnmodifiableSet());
        Known kept = known.get(record.id());
        if (kept != null
                && kept.hosts().equals(hosts)
                && Optional.ofNullable(kept.uid()).equals(Optional.ofNullable(record.uid()))) {
            return new Access.Granted(kept.server(), record.uid());
        }
        return switch (arm.apply(new ArmRequest.ListUserCredential(record.id(), record.location()))) {
            case ArmResult.ArmError error ->
                new Access.Denied(
                        new Trouble(
                                KubernetesReason.CredentialRefused,
                                said(error) + (error.status() == 403 ? "; the right is " + ASKING : "")),
                        record.uid(),
                        error);
            case ArmResult.Ok ok -> read(record, hosts, ok.body());
        };
    }

    private Access read(ClusterRecord record, Set<String> hosts, JsonNode answer) {
        try {
            Server server = UserCredential.read(
                    answer,
                    host -> hosts.stream().anyMatch(host::equalsIgnoreCase) || (armIsHere && Loopback.isMeant(host)));
            known.put(record.id(), new Known(server, record.uid(), hosts, clock.instant()));
            return new Access.Granted(server, record.uid());
        } catch (UserCredential.Unusable e) {
            return denied(
                    record,
                    KubernetesReason.CredentialUnusable,
                    "Azure's user credential is of no use: " + e.getMessage());
        }
    }

    private static Access denied(ClusterRecord record, KubernetesReason code, String message) {
        return new Access.Denied(new Trouble(code, message), record.uid(), null);
    }

    private static String said(ArmResult.ArmError error) {
        return error.code() + ": " + error.message();
    }
}
