package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermitsTest {

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 1, 1);

    private static final String SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";

    /** What talks to Azure is not asked before the caller is known to be permitted. */
    @ParameterizedTest
    @ValueSource(strings = {"viewer", "operator", "publisher", "approver", "admin:env=dev"})
    @SuppressWarnings("NullAway")
    void whoIsNoAdminOfTheFleetReachesNothingOutsideOfIt(String grant) {
        Permits permits = permits(grant);

        assertThatThrownBy(() -> new FeatureResource(null, null, permits).register(SUBSCRIPTION, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'register-feature' needs the role admin");
        assertThatThrownBy(() -> new NewClusterResource(null, permits).create(null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'create-cluster' needs the role admin");
        assertThatThrownBy(() -> new NotificationResource(null, permits).test("ops"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'test-notification' needs the role admin");
    }

    /** Which clusters it is about is not known yet, but what it can select is. */
    @Test
    void aBoundHoldsBeforeARolloutHasClusters() {
        view.apply(cluster("aks-prod", LEAST_CONNECTION));
        tell(view, rollout("all", 1, RolloutStatus.State.Planned));
        RolloutStatus planned = view.rollout("all").orElseThrow();

        assertThatThrownBy(() ->
                        permits("operator:env=dev").demandSteering(Command.Action.Abort, planned, planned.id(), null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("aks-prod");
        assertThatCode(() -> permits("operator").demandSteering(Command.Action.Abort, planned, planned.id(), null))
                .doesNotThrowAnyException();
    }

    @Test
    void whereTheControllerPicksTheRolloutEachMustBeWithinTheBound() {
        view.apply(cluster("aks-prod", LEAST_CONNECTION));
        view.apply(inDev(cluster("aks-dev", LEAST_CONNECTION)));
        tell(view, rollout("all", 1, RolloutStatus.State.Succeeded));
        tell(view, status("all.1", "aks-prod", RolloutClusterStatus.State.Converged, null, ""));
        tell(view, rollout("all", 2, RolloutStatus.State.Succeeded));
        tell(view, status("all.2", "aks-dev", RolloutClusterStatus.State.Converged, null, ""));
        Permits permits = permits("operator:env=dev");

        assertThatCode(() -> permits.demandSteering(
                        Command.Action.Rollback, view.rollout("all.2").orElseThrow(), "all.2", null))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> permits.demandSteering(
                        Command.Action.Rollback, view.rollout("all.2").orElseThrow(), null, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("aks-prod");
    }

    @Test
    void whatNobodyKnowsTheAuthorOfIsApprovedByNobody() {
        RolloutStatus rollout = rollout("all", 1, RolloutStatus.State.Running);
        RolloutStatus claimed = by("somebody who says to be ada", rollout);
        Permits permits = permits("approver");

        assertThatThrownBy(() -> permits.demandSteering(Command.Action.Approve, claimed, claimed.id(), null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nobody can tell who has published what all.1 rolls out")
                .extracting(refused -> ((RefusedException) refused).error().code())
                .isEqualTo(RequestReason.PublisherUnknown);
        assertThatCode(() -> permits.demandSteering(Command.Action.Reject, claimed, claimed.id(), null))
                .doesNotThrowAnyException();
        assertThatCode(() -> permits.demandSteering(Command.Action.Approve, rollout, rollout.id(), null))
                .doesNotThrowAnyException();
        Caller approver = new Caller(true, "1", "somebody", List.of(Grant.parse("approver")), Instant.MAX);
        assertThatCode(() -> new Permits(() -> approver, view, false)
                        .demandSteering(Command.Action.Approve, claimed, claimed.id(), null))
                .as("without separation of duties")
                .doesNotThrowAnyException();
    }

    private static RolloutStatus by(String actor, RolloutStatus rollout) {
        ObjectNode json = Json.MAPPER.valueToTree(rollout);
        return Json.MAPPER.convertValue(json.put("actor", actor), RolloutStatus.class);
    }

    private Permits permits(String grant) {
        Caller caller = new Caller(true, "1", "somebody", List.of(Grant.parse(grant)), Instant.MAX);
        return new Permits(() -> caller, view, true);
    }

    private static Change.Cluster inDev(Change.Cluster change) {
        ObjectNode json = Json.MAPPER.valueToTree(change.cluster());
        json.putObject("tags").put("env", "dev");
        return new Change.Cluster(change.id(), Json.MAPPER.convertValue(json, ClusterRecord.class));
    }
}
