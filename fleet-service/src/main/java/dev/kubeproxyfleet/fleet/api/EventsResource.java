package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.fleet.view.Position;
import dev.kubeproxyfleet.fleet.view.Since;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.view.Gone;
import dev.kubeproxyfleet.schemas.view.Heartbeat;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What changes, as it changes: one virtual thread for each open stream, which sends no faster than its reader reads. */
@Path("/api/v1/events")
@Singleton
@Tag(name = "events")
class EventsResource {

    private static final Logger LOG = Logger.getLogger(EventsResource.class);

    /** Changes of this time are sent together, so that a busy fleet costs a reader five bursts a second and no more. */
    private static final Duration GATHER = Duration.ofMillis(200);

    private final FleetView view;
    private final Lists lists;
    private final Permits permits;
    private final Subscribers subscribers;
    private final Duration heartbeat;
    private final Duration patience;
    private final Duration lifetime;
    private final InstantSource clock;

    EventsResource(
            FleetView view,
            Lists lists,
            Permits permits,
            Subscribers subscribers,
            ApiSettings settings,
            InstantSource clock) {
        this.view = view;
        this.lists = lists;
        this.permits = permits;
        this.subscribers = subscribers;
        this.heartbeat = settings.heartbeat();
        this.patience = settings.streamPatience();
        this.lifetime = settings.streamLifetime();
        this.clock = clock;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            operationId = "streamEvents",
            summary = "Server-sent events: what changes, as it changes",
            description = """
                The data of each event is JSON. rollout: RolloutStatus. rollout-cluster: RolloutClusterStatus. \
                cluster: ClusterView. fleet: FleetOverview. audit: AuditRecord. gone: Gone. heartbeat: Heartbeat, so that silence \
                can be told from a connection that died. reload: an empty object; the stream cannot tell all that \
                changed, so read everything again, or what the lists say has changed since the last id. end: an empty object; open \
                another stream. The id of an event is a position in the topics, which means the same to every replica: \
                given back as Last-Event-ID, or as since where a reader cannot set a header, the stream begins with what \
                has changed after it.\
                """)
    @APIResponse(
            responseCode = "200",
            description = "Events, as long as the stream lasts",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "410", ref = "TooLongAgo")
    @APIResponse(responseCode = "429", description = "As many streams of the caller are open as one may have")
    @APIResponse(
            responseCode = "503",
            description = "As many streams are open as the service allows, or this replica has not read as far as the"
                    + " position")
    public void events(
            @QueryParam("rollout") @Nullable String rollout,
            @QueryParam("since") @Nullable String since,
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServerRequest request) {
        String only = rollout == null
                ? null
                : view.rollout(rollout).map(known -> known.id()).orElse(rollout);
        Caller caller = permits.caller();
        EventBuffer buffer = subscribers.add(only, caller.subject());
        Resumed resumed;
        try {
            // A browser that opens the same address again has read more since then.
            resumed = resumed(lastEventId == null ? since : lastEventId, buffer);
        } catch (RefusedException e) {
            subscribers.remove(buffer);
            throw e;
        }
        HttpConnection connection = request.connection();
        Instant end = earliest(clock.instant().plus(lifetime), caller.expiresAt());
        Thread.ofVirtual().name("events").start(() -> stream(resumed, buffer, sink, sse, connection, end));
    }

    /** What a reader has missed, and how far it has read once it has that. */
    private record Resumed(List<Notice> missed, Position position) {}

    private Resumed resumed(@Nullable String from, EventBuffer buffer) {
        if (from == null) {
            return new Resumed(List.of(), view.position());
        }
        Since.Changed since = lists.since(from);
        return new Resumed(since.notices().stream().filter(buffer::concerns).toList(), since.upTo());
    }

    void stop(@Observes ShutdownEvent event) {
        subscribers.close();
    }

    /** A stream ends with the token or the session that it was opened with, at the latest. */
    private static Instant earliest(Instant end, @Nullable Instant loginEnds) {
        return loginEnds == null || end.isBefore(loginEnds) ? end : loginEnds;
    }

    private void stream(
            Resumed resumed, EventBuffer buffer, SseEventSink sink, Sse sse, HttpConnection connection, Instant end) {
        try (sink) {
            send(sink, sse, resumed.missed(), resumed.position());
            send(sink, sse, Notice.HEARTBEAT, heartbeat(), resumed.position());
            while (!buffer.closed() && !sink.isClosed()) {
                if (!clock.instant().isBefore(end)) {
                    send(sink, sse, Notice.END, "{}", null);
                    return;
                }
                // All before it is in the buffer, or was sent.
                Position position = view.position();
                List<Notice> notices = buffer.take(heartbeat);
                if (notices.isEmpty() && !buffer.closed()) {
                    send(sink, sse, Notice.HEARTBEAT, heartbeat(), position);
                }
                send(sink, sse, notices, position);
                buffer.gather(GATHER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            subscribers.dropped();
            LOG.infof(
                    "dropped the event stream of %s, which took nothing for %d ms (kpfleet.api.stream-patience)",
                    connection.remoteAddress(), patience.toMillis());
            connection.close();
        } catch (ExecutionException | IllegalStateException e) {
            LOG.debug("the reader of an event stream is gone", e);
        } finally {
            subscribers.remove(buffer);
        }
    }

    private String heartbeat() {
        return json(new Heartbeat(clock.instant()));
    }

    /** Only with the last of them has the reader all that is before the position. */
    private void send(SseEventSink sink, Sse sse, List<Notice> notices, Position position)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int i = 0; i < notices.size(); i++) {
            send(sink, sse, notices.get(i), i == notices.size() - 1 ? position : null);
        }
    }

    private void send(SseEventSink sink, Sse sse, Notice notice, @Nullable Position position)
            throws InterruptedException, ExecutionException, TimeoutException {
        Optional<String> data = notice.json();
        if (data.isPresent()) {
            // Whoever has to read again has all only then, by the position that it read at before.
            boolean complete = !notice.event().equals(Notice.RELOAD);
            send(sink, sse, notice.event(), data.get(), complete ? position : null);
        } else {
            send(sink, sse, Notice.GONE, json(new Gone(notice.event(), notice.id(), notice.rollout())), position);
        }
    }

    /** Waits until the connection has taken the event: a slow reader slows only its own stream. */
    private void send(SseEventSink sink, Sse sse, String name, String data, @Nullable Position position)
            throws InterruptedException, ExecutionException, TimeoutException {
        OutboundSseEvent.Builder event = sse.newEventBuilder()
                .name(name)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(String.class, data);
        if (position != null) {
            event.id(position.text());
        }
        sink.send(event.build()).toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String json(Object data) {
        try {
            return Json.MAPPER.writeValueAsString(data);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a record of the API cannot be written as JSON", e);
        }
    }
}
