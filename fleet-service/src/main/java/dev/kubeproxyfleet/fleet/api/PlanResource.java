package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.explain.Words;
import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What publishing a configuration would do. */
@Path("/api/v1/plans")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class PlanResource {

    /** Names given with a warning. */
    private static final int MAX_EXAMPLES = 5;

    private final FleetView view;
    private final Permits permits;
    private final InstantSource clock;
    private final Strategy defaults;

    PlanResource(FleetView view, Permits permits, InstantSource clock, IntakeSettings intake) {
        this.view = view;
        this.permits = permits;
        this.clock = clock;
        this.defaults = Strategy.defaultWithBake(intake.defaultBake());
    }

    @POST
    @Operation(
            operationId = "planConfig",
            summary = "What publishing a FleetConfig, JSON or YAML, would do; nothing is changed")
    @APIResponse(responseCode = "400", description = "The configuration is not valid")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    public RolloutPlan plan(
            @RequestBody(
                            description = "A FleetConfig as fleet-config.schema.json describes it",
                            content = {
                                @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)),
                                @Content(mediaType = "application/yaml", schema = @Schema(type = SchemaType.OBJECT))
                            })
                    byte @Nullable [] body) {
        permits.demand(Permission.Plan, new Reach.Nothing());
        return switch (FleetConfigReader.read(Documents.orEmpty(body), null, defaults)) {
            case Read.Valid(FleetConfig config, var _) -> plan(config);
            case Read.ValidStrategy _ ->
                throw Documents.wrong(
                        "/kind",
                        "/kind is " + FleetStrategy.KIND
                                + ", which changes no cluster; plan a FleetConfig that refers to it");
            case Read.Invalid(List<Problem> problems) -> throw Documents.invalid(problems);
        };
    }

    private RolloutPlan plan(FleetConfig config) {
        String reference = config.spec().strategyRef();
        Optional<FleetConfig.Spec> resolved = reference == null
                ? Optional.of(config.spec())
                : view.strategy(reference).map(strategy -> config.spec().resolved(strategy.spec()));
        return resolved.map(spec -> plan(config, spec))
                .orElseThrow(
                        () -> Documents.wrong(
                                "/spec/strategyRef",
                                "/spec/strategyRef is \"" + reference
                                        + "\", and no such strategy is stored; store it first with kpfleet apply, or give strategy instead"));
    }

    /** What planning over the inventory alone does not show comes first. */
    private RolloutPlan plan(FleetConfig config, FleetConfig.Spec resolved) {
        RolloutPlan plan = Preview.plan(view.inventory(), config.name(), resolved, clock.instant());
        List<RolloutPlan.Warning> known = new ArrayList<>(
                Succession.warnings(config.spec(), view.rollout(config.name()).orElse(null)));
        List<String> locked = plan.stages().stream()
                .flatMap(stage -> stage.clusters().stream())
                .map(RolloutPlan.Change::cluster)
                .filter(view::refusedByLock)
                .map(Words::nameOf)
                .toList();
        if (!locked.isEmpty()) {
            known.add(new RolloutPlan.Warning(
                    ClusterReason.ScopeLocked,
                    "Azure refused the last change to these clusters because of a lock; where it is still there, they are"
                            + " skipped and the rollout fails",
                    locked.size(),
                    locked.stream().limit(MAX_EXAMPLES).toList()));
        }
        return plan.warning(known).after(earlierCost(config.name()));
    }

    /** Of the config's newest rollout that tells what its changes cost: the first of its stages that does. */
    private RolloutPlan.@Nullable EarlierCost earlierCost(String config) {
        return view.rollouts().stream()
                .filter(rollout -> rollout.config().equals(config))
                .flatMap(rollout -> rollout.stages().stream()
                        .flatMap(stage -> Stream.ofNullable(stage.cost())
                                .filter(cost -> !cost.signals().isEmpty())
                                .map(cost -> new RolloutPlan.EarlierCost(rollout.id(), stage.name(), cost.message()))))
                .findFirst()
                .orElse(null);
    }
}
