package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One watch, from its first line to its last, on the thread of its connection.
 *
 * <p>It ends after {@code timeoutSeconds}, or after {@link #LONGEST}. A client that asks for bookmarks gets one whenever nothing
 * else has been sent for a while.
 */
final class WatchStream {

    /** As {@code --min-request-timeout} of the API server, which ends a watch after this to twice this. */
    static final Duration LONGEST = Duration.ofMinutes(30);

    static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);

    private final ClusterStore store;
    private final Request request;
    private final Request.Target target;
    private final Selection selection;
    private final Views view;
    private final Predicate<Class<? extends KubernetesFault>> faults;

    /**
     * @param selection of what the client wants
     * @param faults whether there is a fault of a kind now
     */
    WatchStream(
            ClusterStore store,
            Request request,
            Request.Target target,
            Selection selection,
            Predicate<Class<? extends KubernetesFault>> faults) {
        this.store = store;
        this.request = request;
        this.target = target;
        this.selection = selection;
        this.view = Views.wanted(request);
        this.faults = faults;
    }

    /** Why it cannot begin; null if it can. */
    @Nullable
    Reply refusal() {
        String version = request.parameter("resourceVersion");
        if (!version.isEmpty() && !version.matches("\\d{1,18}")) {
            return Reply.badRequest("Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version
                    + "\": invalid syntax");
        }
        if (!version.isEmpty() && Long.parseLong(version) > store.version()) {
            return Reply.refuse(
                    504, "Timeout", "Too large resource version: " + version + ", current: " + store.version());
        }
        return null;
    }

    /** @throws IOException if the connection has ended, or shall */
    void send(OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + length().toNanos();
        long seen = begin(out);
        boolean told = false;
        long quietSince = System.nanoTime();
        while (System.nanoTime() < end && !(told && faults.test(KubernetesFault.ClosedWatches.class))) {
            if (faults.test(KubernetesFault.Unreachable.class)) {
                throw new IOException("nobody reaches this cluster");
            }
            if (faults.test(KubernetesFault.Gone.class)) {
                sendTooOld(out, seen, store.version());
                return;
            }
            long bookmarkAt = quietSince + BOOKMARK_INTERVAL.toNanos();
            long wait = Math.min(end, bookmarkAt) - System.nanoTime();
            switch (store.after(seen, target.type(), wait)) {
                case ClusterStore.Progress.Changes(List<Change> changes, long upTo) -> {
                    seen = upTo;
                    for (Change change : changes) {
                        told |= tell(out, change);
                        quietSince = System.nanoTime();
                    }
                    if (System.nanoTime() >= bookmarkAt && changes.isEmpty()) {
                        bookmark(out, seen, false);
                        quietSince = System.nanoTime();
                    }
                }
                case ClusterStore.Progress.TooOld(long oldest) -> {
                    sendTooOld(out, seen, oldest);
                    return;
                }
                case ClusterStore.Progress.Closed() -> {
                    return;
                }
            }
        }
    }

    private Duration length() {
        String seconds = request.parameter("timeoutSeconds");
        return seconds.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : LONGEST;
    }

    /** Tells of what is there, unless the client knows it. */
    private long begin(OutputStream out) throws IOException {
        String version = request.parameter("resourceVersion");
        boolean initial = request.flag("sendInitialEvents");
        if (!initial && !version.isEmpty() && !version.equals("0")) {
            return Long.parseLong(version);
        }
        ClusterStore.Snapshot snapshot = store.list(target.type(), target.namespace());
        for (Stored object : snapshot.objects()) {
            ObjectNode tree = object.tree();
            if (isMeant(object.key()) && selection.test(tree)) {
                send(out, "ADDED", tree);
            }
        }
        if (initial) {
            bookmark(out, snapshot.version(), true);
        }
        return snapshot.version();
    }

    /** What enters or leaves the selection is added or deleted, as far as this client sees. */
    private boolean tell(OutputStream out, Change change) throws IOException {
        if (!isMeant(change.key())) {
            return false;
        }
        ObjectNode before = change.before() == null ? null : change.before().tree();
        ObjectNode after = change.after() == null ? null : change.after().tree();
        boolean was = before != null && selection.test(before);
        boolean is = after != null && selection.test(after);
        if (after != null && is) {
            send(out, was ? "MODIFIED" : "ADDED", after);
        } else if (before != null && was) {
            before.withObject("/metadata").put("resourceVersion", Long.toString(change.version()));
            send(out, "DELETED", before);
        }
        return was || is;
    }

    private boolean isMeant(Key key) {
        return (target.namespace().isEmpty() || target.namespace().equals(key.namespace()))
                && (target.name().isEmpty() || target.name().equals(key.name()));
    }

    private void bookmark(OutputStream out, long version, boolean endsInitial) throws IOException {
        if (!request.flag("allowWatchBookmarks")) {
            return;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", target.type().kind);
        object.put("apiVersion", target.type().apiVersion());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(version));
        metadata.putNull("creationTimestamp");
        if (endsInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        send(out, "BOOKMARK", object);
    }

    private void sendTooOld(OutputStream out, long seen, long oldest) throws IOException {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", "ERROR");
        event.set(
                "object",
                Reply.expired("too old resource version: " + seen + " (" + oldest + ")")
                        .body());
        write(out, event);
    }

    private void send(OutputStream out, String type, ObjectNode object) throws IOException {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", type);
        event.set("object", view.show(target.type(), List.of(object), object.path("metadata"), false));
        write(out, event);
    }

    private static void write(OutputStream out, ObjectNode event) throws IOException {
        out.write(Json.MAPPER.writeValueAsBytes(event));
        out.write('\n');
        out.flush();
    }
}
