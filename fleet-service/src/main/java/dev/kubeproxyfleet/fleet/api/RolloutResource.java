package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.fleet.view.StoredPlan;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.GateAnswer;
import dev.kubeproxyfleet.schemas.view.GateHistory;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import dev.kubeproxyfleet.schemas.view.SteeringRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Rollouts, and what a person may ask of one. */
@Path("/api/v1/rollouts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "rollouts")
class RolloutResource {

    private static final String NO_ROLLOUT =
            "No rollout has this id, and no configuration this name; or it ended long ago and was removed";

    private final FleetView view;
    private final Lists lists;
    private final Explainer explainer;
    private final Requests requests;
    private final Permits permits;
    private final InstantSource clock;

    RolloutResource(
            FleetView view, Lists lists, Explainer explainer, Requests requests, Permits permits, InstantSource clock) {
        this.view = view;
        this.lists = lists;
        this.explainer = explainer;
        this.requests = requests;
        this.permits = permits;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listRollouts",
            summary = "The rollouts, newest first",
            description = ListQuery.HOW + "sort takes createdAt, id, config, generation, state and since.")
    @APIResponse(
            responseCode = "200",
            description = "As asked for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = RolloutStatus.class)))
    @APIResponse(responseCode = "400", description = "The query asks for what cannot be; the message says what can")
    @APIResponse(responseCode = "410", ref = "TooLongAgo")
    @APIResponse(responseCode = "503", ref = "NotReadYet")
    public RestResponse<byte[]> rollouts(@BeanParam ListQuery query) {
        return lists.answer(
                query,
                new Lists.Listed<>(
                        RolloutStatus.class,
                        RolloutKeys.ROLLOUTS,
                        "",
                        view::rollouts,
                        notice -> notice.event().equals(Notice.ROLLOUT)));
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "getRollout",
            summary =
                    "A rollout with its clusters, by <config>.<generation>, or the latest one of a config by its name")
    @APIResponse(responseCode = "404", description = NO_ROLLOUT)
    public RolloutDetail rollout(@PathParam("id") String id) {
        return view.rolloutDetail(id).orElseThrow(() -> unknown(id));
    }

    @GET
    @Path("/{id}/clusters")
    @Operation(
            operationId = "listRolloutClusters",
            summary = "The clusters of a rollout, by stage and then by id",
            description = ListQuery.HOW + "sort takes stage, cluster, group, state, code and since.")
    @APIResponse(
            responseCode = "200",
            description = "As asked for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = RolloutClusterStatus.class)))
    @APIResponse(responseCode = "400", description = "The query asks for what cannot be; the message says what can")
    @APIResponse(responseCode = "410", ref = "TooLongAgo")
    @APIResponse(responseCode = "503", ref = "NotReadYet")
    @APIResponse(responseCode = "404", description = NO_ROLLOUT)
    public RestResponse<byte[]> clusters(@PathParam("id") String id, @BeanParam ListQuery query) {
        RolloutStatus rollout = view.rollout(id).orElseThrow(() -> unknown(id));
        return lists.answer(
                query,
                new Lists.Listed<>(
                        RolloutClusterStatus.class,
                        RolloutKeys.clustersOf(rollout),
                        rollout.id(),
                        () -> view.rolloutDetail(rollout.id())
                                .map(RolloutDetail::clusters)
                                .orElseGet(List::of),
                        notice -> notice.event().equals(Notice.ROLLOUT_CLUSTER)
                                && rollout.id().equals(notice.rollout())));
    }

    @GET
    @Path("/{id}/plan")
    @Operation(operationId = "getRolloutPlan", summary = "What was planned for a rollout")
    @APIResponse(responseCode = "404", description = NO_ROLLOUT)
    public RolloutPlan plan(@PathParam("id") String id) {
        return view.rolloutDetail(id).map(StoredPlan::of).orElseThrow(() -> unknown(id));
    }

    @GET
    @Path("/{id}/gates")
    @Operation(
            operationId = "getGateHistory",
            summary = "How what the gates of a rollout's stages compare has developed, for a picture of it")
    @APIResponse(responseCode = "404", description = NO_ROLLOUT)
    public GateHistory gates(@PathParam("id") String id) {
        return view.gates(id).orElseThrow(() -> unknown(id));
    }

    @GET
    @Path("/{id}/explain")
    @Operation(operationId = "explainRollout", summary = "Why a rollout is in the state it is in, in one sentence")
    @APIResponse(responseCode = "404", description = NO_ROLLOUT)
    public RolloutExplanation explain(@PathParam("id") String id) {
        return explainer.rollout(id, clock.instant()).orElseThrow(() -> unknown(id));
    }

    @POST
    @Path("/{id}/{action: pause|resume|abort|approve|reject|retry|skip|promote|rollback|rerun|override}")
    @Operation(operationId = "steerRollout", summary = "Ask something of a rollout", description = """
        pause: start no further cluster. resume: go on. abort: end it; what is in flight ends and is recorded. \
        approve, reject: answer the stage that awaits approval. retry: try failed and skipped clusters again, \
        or the one in the body. skip: leave the cluster in the body out. promote: end a bake early. \
        rollback: give what it changed back what it had before. rerun: roll the unchanged config out once more. \
        override: let one gate of the stage under way stop nothing, whatever it says. \
        The body is {"reason": "...", "cluster": "<name or resource id>", "gate": "<name>"}, all optional; only \
        retry and skip know a cluster, and skip needs it; only override knows a gate, and needs it and a reason.\
        """)
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(
            responseCode = "400",
            description = "The body is not as declared, or the action needs something else than it has")
    @APIResponse(responseCode = "404", description = "No such rollout, or no such cluster")
    public RestResponse<Object> steer(
            @PathParam("id") String id,
            @PathParam("action") String action,
            @RequestBody(
                            required = false,
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = SteeringRequest.class)))
                    byte @Nullable [] body) {
        RolloutStatus rollout = view.rollout(id).orElseThrow(() -> unknown(id));
        return switch (SteeringBody.read(body)) {
            case SteeringBody.Given given -> steer(rollout, id, action(action), given);
            case SteeringBody.Unreadable(String message) -> throw invalidBody(message);
        };
    }

    @PUT
    @Path("/{id}/gates/{name}")
    @Operation(
            operationId = "answerGate",
            summary = "Give an external gate of the stage under way its verdict",
            description = """
                Fail stops the rollout as its onFailure says, Inconclusive as its onInconclusive says once the stage has baked. \
                A later answer takes the place of an earlier one. The same can be asked by a command on the topic.\
                """)
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(responseCode = "400", description = "The body is not as declared")
    @APIResponse(responseCode = "404", description = "No such rollout")
    public RestResponse<Object> answer(
            @PathParam("id") String id,
            @PathParam("name") String name,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = GateAnswer.class)))
                    byte @Nullable [] body) {
        RolloutStatus rollout = view.rollout(id).orElseThrow(() -> unknown(id));
        permits.demandSteering(Command.Action.Answer, rollout, rollout.id(), null);
        GateAnswer answer;
        try {
            answer = Contract.read(body == null ? new byte[0] : body, GateAnswer.class);
        } catch (IOException e) {
            throw invalidBody("the body is {\"verdict\": \"Pass, Fail or Inconclusive\", \"reason\": \"why\"}");
        }
        return HttpAnswers.of(requests.command((request, at) -> new Command(
                request,
                rollout.config(),
                rollout.id(),
                Command.Action.Answer,
                null,
                name,
                answer.verdict(),
                permits.actor(),
                needed(answer.reason()),
                at)));
    }

    /** The path's pattern lets nothing else in. */
    private static Command.Action action(String text) {
        return Arrays.stream(Command.Action.values())
                .filter(action -> action.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The rollout that was shown, so that none that has begun since is steered by mistake. A rollback by the config's name
     * means what a person has asked for, whatever has gone on by itself after it; the controller knows which that is.
     */
    private static @Nullable String meant(RolloutStatus latest, String idOrConfig, Command.Action action) {
        return action == Command.Action.Rollback && !latest.id().equals(idOrConfig) ? null : latest.id();
    }

    private RestResponse<Object> steer(
            RolloutStatus latest, String id, Command.Action action, SteeringBody.Given given) {
        boolean knowsCluster = switch (action) {
            case Retry, Skip -> true;
            case Pause, Resume, Abort, Approve, Reject, Promote, Rollback, Rerun, Override, Answer -> false;
        };
        String cluster = given.cluster();
        if (cluster == null) {
            if (action == Command.Action.Skip) {
                throw invalidBody("say which cluster to skip: {\"cluster\": \"<name or resource id>\"}");
            }
        } else if (!knowsCluster) {
            throw invalidBody("only retry and skip know a cluster; leave it out");
        }
        boolean knowsGate = action == Command.Action.Override;
        if (knowsGate) {
            needed(given.reason());
            if (given.gate() == null) {
                throw invalidBody("say which gate to override: {\"gate\": \"<proof, signal or external gate>\"}");
            }
        } else if (given.gate() != null) {
            throw invalidBody("only override knows a gate; leave it out");
        }
        @Nullable String one = cluster == null ? null : ClusterNames.idOf(view, cluster);
        String rollout = meant(latest, id, action);
        permits.demandSteering(action, latest, rollout, one);
        String actor = permits.actor();
        return HttpAnswers.of(requests.command((request, at) -> new Command(
                request, latest.config(), rollout, action, one, given.gate(), null, actor, given.reason(), at)));
    }

    private static String needed(@Nullable String reason) {
        String told = Attribution.reason(reason);
        if (told == null) {
            throw invalidBody("say why: {\"reason\": \"…\"}");
        }
        return told;
    }

    private static RefusedException invalidBody(String message) {
        return new RefusedException(RequestReason.InvalidBody, message);
    }

    private RefusedException unknown(String id) {
        return view.removed(id)
                .map(removed -> new RefusedException(RequestReason.RolloutNotKept, removed))
                .orElseGet(() -> new RefusedException(
                        RequestReason.UnknownRollout,
                        "no rollout " + id
                                + "; see what is there with kpfleet get rollouts, or publish a configuration"));
    }
}
