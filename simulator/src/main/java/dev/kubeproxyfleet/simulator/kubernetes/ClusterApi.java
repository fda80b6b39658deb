package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import java.util.Optional;

/** The API of one cluster, for somebody who is known. */
final class ClusterApi {

    private final String id;
    private final ClusterStore store;
    private final ClusterFollower follower;
    private final Access access;
    private final KubernetesFaults faults;
    private final Reads reads;

    ClusterApi(String id, ClusterStore store, ClusterFollower follower, Access access, KubernetesFaults faults) {
        this.id = id;
        this.store = store;
        this.follower = follower;
        this.access = access;
        this.faults = faults;
        this.reads = new Reads(store);
    }

    /** How a request is answered. */
    sealed interface Answer {

        record AtOnce(Reply reply) implements Answer {}

        record Streamed(WatchStream stream) implements Answer {}
    }

    /** What the cluster is now; empty if there is none (any more), or while it is stopped. */
    Optional<ClusterFacts> follow() {
        return follower.follow();
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
        Optional<Reply> discovered =
                request.method().equals("GET") ? Discovery.answer(request.path(), facts.version()) : Optional.empty();
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
        return switch (verb) {
            case "get" -> new Answer.AtOnce(reads.get(request, target));
            case "list" -> new Answer.AtOnce(reads.list(request, target));
            case "watch" -> watch(request, target);
            case "create" -> new Answer.AtOnce(create(request, target, user));
            default -> new Answer.AtOnce(Reply.methodNotAllowed());
        };
    }

    private Reply create(Request request, Request.Target target, String user) {
        Optional<ObjectNode> sent = request.object();
        if (sent.isEmpty()) {
            return Reply.badRequest("the body is no object in JSON");
        }
        return switch (target.type()) {
            case SELF_SUBJECT_ACCESS_REVIEW -> access.reviewAccess(id, sent.get());
            case SELF_SUBJECT_REVIEW -> Access.reviewSelf(user, sent.get());
            default -> Reply.methodNotAllowed();
        };
    }

    private Answer watch(Request request, Request.Target target) {
        Selection selection;
        try {
            selection = Selection.of(request.parameter("labelSelector"), request.parameter("fieldSelector"));
        } catch (IllegalArgumentException e) {
            return new Answer.AtOnce(Reply.badRequest(String.valueOf(e.getMessage())));
        }
        WatchStream stream = new WatchStream(store, request, target, selection, kind -> faults.has(id, kind));
        Reply refusal = stream.refusal();
        return refusal == null ? new Answer.Streamed(stream) : new Answer.AtOnce(refusal);
    }
}
