package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import java.time.InstantSource;
import java.util.Optional;

/** The API of one cluster, for somebody who is known. */
final class ClusterApi {

    private final String id;
    private final ClusterStore store;
    private final ClusterFollower follower;
    private final Access access;
    private final KubernetesFaults faults;
    private final InstantSource clock;
    private final DaemonSets daemonSets;
    private final Namespaces namespaces;
    private final Reads reads;
    private final Writes writes;
    private final AgentPods agentPods;

    ClusterApi(
            String id,
            ClusterStore store,
            ClusterFollower follower,
            DaemonSets daemonSets,
            Access access,
            KubernetesFaults faults,
            InstantSource clock) {
        this.id = id;
        this.store = store;
        this.follower = follower;
        this.access = access;
        this.faults = faults;
        this.clock = clock;
        this.daemonSets = daemonSets;
        this.namespaces = new Namespaces(store, clock);
        this.reads = new Reads(store);
        this.writes = new Writes(store, namespaces, clock);
        this.agentPods = new AgentPods(store);
    }

    /** How a request is answered. */
    sealed interface Answer {

        record AtOnce(Reply reply) implements Answer {}

        record Streamed(WatchStream stream) implements Answer {}
    }

    /** What the cluster is now; empty if there is none (any more), or while it is stopped. */
    synchronized Optional<ClusterFacts> follow() {
        Optional<ClusterFacts> facts = follower.follow();
        namespaces.follow();
        facts.ifPresent(daemonSets::follow);
        return facts;
    }

    /** The cluster that the agent on a node was told it is in; empty if no agent runs there. */
    synchronized Optional<String> agentOn(String node) {
        return Optional.ofNullable(agentPods.clusterByNode().get(node));
    }

    /** Installs the agent, unless something of it is there. */
    synchronized void installAgents() {
        follower.follow();
        AgentInstallation.install(store, id, clock.instant());
        follow();
    }

    /** What people have applied. */
    synchronized ArrayNode save() {
        return Applied.save(store, follower::shows);
    }

    /** Puts back what {@link #save} has told. */
    synchronized void restore(JsonNode saved) {
        follower.follow();
        Applied.restore(store, saved);
    }

    /** Ends every watch. */
    void close() {
        store.close();
    }

    /** Lets every watch look for faults. */
    void rouse() {
        store.rouse();
    }

    Answer answer(Request request, ClusterFacts facts, String user) {
        Optional<Reply> discovered = request.method().equals("GET")
                ? Discovery.answer(request.path(), facts.version())
                        .or(() -> OpenApi.answer(request.path(), ClusterApis.path(id)))
                : Optional.empty();
        if (discovered.isPresent()) {
            return new Answer.AtOnce(discovered.get());
        }
        Optional<Request.Target> target = request.target();
        if (target.isEmpty()) {
            return new Answer.AtOnce(Reply.noSuchPath());
        }
        return answer(request, target.get(), user);
    }

    private Answer answer(Request request, Request.Target target, String user) {
        String verb = request.verb(target);
        ResourceType type = target.type();
        String resource = target.subresource().isEmpty() ? type.plural : type.plural + "/" + target.subresource();
        if (!type.isReview() && !access.allows(id, verb, type.group, resource, target.namespace())) {
            return new Answer.AtOnce(Reply.forbidden(type, verb, target.namespace(), target.name(), user));
        }
        boolean creates = request.isApply() && store.get(target.key()).isEmpty();
        if (creates && !access.allows(id, "create", type.group, resource, target.namespace())) {
            return new Answer.AtOnce(Reply.mayNotCreate(type, target.name()));
        }
        return switch (verb) {
            case "get" -> new Answer.AtOnce(reads.get(request, target));
            case "list" -> new Answer.AtOnce(reads.list(request, target));
            case "watch" -> watch(request, target);
            case "create", "update", "patch", "delete" -> {
                Reply reply = write(verb, request, target, user);
                // Controllers are fast: who asks next sees what they have made of it.
                follow();
                yield new Answer.AtOnce(reply);
            }
            default -> new Answer.AtOnce(Reply.methodNotAllowed());
        };
    }

    private Reply write(String verb, Request request, Request.Target target, String user) {
        return switch (verb) {
            case "create" -> create(request, target, user);
            case "update" -> writes.update(request, target);
            case "patch" -> writes.patch(request, target);
            default -> delete(request, target);
        };
    }

    private Reply create(Request request, Request.Target target, String user) {
        return switch (target.type()) {
            case SELF_SUBJECT_ACCESS_REVIEW -> {
                Optional<ObjectNode> review = request.contentType().equals(Protobuf.MEDIA_TYPE)
                        ? Protobuf.accessReview(request.body())
                        : request.object();
                yield review.map(asked -> access.reviewAccess(id, asked))
                        .orElseGet(() -> Reply.badRequest("the body is no SelfSubjectAccessReview"));
            }
            case SELF_SUBJECT_REVIEW ->
                Access.reviewSelf(user, request.object().orElseGet(JsonNodeFactory.instance::objectNode));
            default -> writes.create(request, target);
        };
    }

    /** Not while the controller is at work: it must not make pods for what is gone. */
    private synchronized Reply delete(Request request, Request.Target target) {
        return writes.delete(request, target);
    }

    private Answer watch(Request request, Request.Target target) {
        Selection selection;
        try {
            selection =
                    Selection.of(target.type(), request.parameter("labelSelector"), request.parameter("fieldSelector"));
        } catch (IllegalArgumentException e) {
            return new Answer.AtOnce(Reply.badRequest(String.valueOf(e.getMessage())));
        }
        WatchStream stream = new WatchStream(store, request, target, selection, kind -> faults.has(id, kind));
        Reply refusal = stream.refusal();
        return refusal == null ? new Answer.Streamed(stream) : new Answer.AtOnce(refusal);
    }
}
