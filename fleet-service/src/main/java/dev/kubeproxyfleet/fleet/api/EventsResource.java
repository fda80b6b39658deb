package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.Heartbeat;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
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
import java.util.Map;
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
    private final Subscribers subscribers;
    private final Duration heartbeat;
    private final Duration patience;
    private final Duration lifetime;
    private final InstantSource clock;

    EventsResource(FleetView view, Subscribers subscribers, ApiSettings settings, InstantSource clock) {
        this.view = view;
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
                    cluster: ClusterView. fleet: FleetOverview. audit: AuditRecord. heartbeat: Heartbeat, so that silence \
                    can be told from a connection that died. reload: an empty object; the stream cannot tell all that \
                    changed, so read everything again. end: an empty object; open another stream.""")
    @APIResponse(
            responseCode = "200",
            description = "Events, as long as the stream lasts",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "503", description = "As many streams are open as the service allows")
    public void events(
            @QueryParam("rollout") @Nullable String rollout,
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServerRequest request) {
        String only = rollout == null
                ? null
                : view.rollout(rollout).map(known -> known.id()).orElse(rollout);
        EventBuffer buffer = subscribers.add(only).orElse(null);
        if (buffer == null) {
            throw new RefusedException(
                    RequestReason.TooManyStreams,
                    "as many event streams are open as kpfleet.api.max-subscribers allows; try again later");
        }
        HttpConnection connection = request.connection();
        Thread.ofVirtual().name("events").start(() -> stream(buffer, sink, sse, connection));
    }

    void stop(@Observes ShutdownEvent event) {
        subscribers.close();
    }

    private void stream(EventBuffer buffer, SseEventSink sink, Sse sse, HttpConnection connection) {
        Instant end = clock.instant().plus(lifetime);
        try (sink) {
            send(sink, sse, Notice.HEARTBEAT, new Heartbeat(clock.instant()));
            while (!buffer.closed() && !sink.isClosed()) {
                if (!clock.instant().isBefore(end)) {
                    send(sink, sse, Notice.END, Map.of());
                    return;
                }
                List<Notice> notices = buffer.take(heartbeat);
                if (notices.isEmpty() && !buffer.closed()) {
                    send(sink, sse, Notice.HEARTBEAT, new Heartbeat(clock.instant()));
                }
                for (Notice notice : notices) {
                    Optional<?> data = notice.data().get();
                    if (data.isPresent()) {
                        send(sink, sse, notice.event(), data.get());
                    }
                }
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

    /** Waits until the connection has taken the event: a slow reader slows only its own stream. */
    private void send(SseEventSink sink, Sse sse, String name, Object data)
            throws InterruptedException, ExecutionException, TimeoutException {
        OutboundSseEvent event = sse.newEventBuilder()
                .name(name)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(String.class, json(data))
                .build();
        sink.send(event).toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String json(Object data) {
        try {
            return Json.MAPPER.writeValueAsString(data);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a record of the API cannot be written as JSON", e);
        }
    }
}
