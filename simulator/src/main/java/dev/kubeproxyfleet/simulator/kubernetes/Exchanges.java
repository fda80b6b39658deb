package dev.kubeproxyfleet.simulator.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** HTTP's part: from an exchange to an answer, with the faults that befall every request. Thread-safe. */
final class Exchanges {

    private static final Logger LOG = Logger.getLogger(Exchanges.class);

    /** As {@code MaxRequestBodyBytes} of the API server. */
    private static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private static final int PARTS_OF_PREFIX = 3;
    private static final String JSON = "application/json";

    private final ClusterApis apis;
    private final KubernetesFaults faults;

    Exchanges(ClusterApis apis, ArmSimulator azure) {
        this.apis = apis;
        this.faults = azure.kubernetesFaults();
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<String> path = Arrays.stream(
                            exchange.getRequestURI().getRawPath().split("/"))
                    .filter(part -> !part.isEmpty())
                    .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .toList();
            if (path.size() < PARTS_OF_PREFIX) {
                send(exchange, Reply.noSuchPath());
                return;
            }
            String id = ClusterApis.id(path);
            Optional<ClusterApi> api = apis.of(id);
            if (api.isEmpty()) {
                send(exchange, Reply.noSuchPath());
                return;
            }
            Optional<ClusterFacts> facts = api.get().follow();
            if (facts.isEmpty() || faults.has(id, KubernetesFault.Unreachable.class)) {
                // Without an answer the connection ends, as where no API server runs.
                return;
            }
            if (!befallen(exchange, id)) {
                answer(exchange, id, api.get(), facts.get(), path.subList(PARTS_OF_PREFIX, path.size()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a fault has answered. */
    private boolean befallen(HttpExchange exchange, String id) throws IOException {
        Optional<KubernetesFault.Slow> slow =
                faults.of(id, KubernetesFault.Slow.class).findFirst();
        slow.ifPresent(fault -> pause(fault.by()));
        Optional<KubernetesFault.Redirect> redirect =
                faults.of(id, KubernetesFault.Redirect.class).findFirst();
        if (redirect.isPresent()) {
            exchange.getResponseHeaders().set("Location", redirect.get().to() + exchange.getRequestURI());
            exchange.sendResponseHeaders(302, -1);
            return true;
        }
        if (faults.has(id, KubernetesFault.Garbage.class)) {
            send(exchange, 200, Map.of(), "<!doctype html><title>?</title>{\"kind\":".getBytes(StandardCharsets.UTF_8));
            return true;
        }
        Optional<KubernetesFault.ServerError> error =
                faults.of(id, KubernetesFault.ServerError.class).findFirst();
        if (error.isPresent()) {
            send(
                    exchange,
                    Reply.refuse(
                            error.get().status(), "InternalError", "Internal error occurred: the simulation wants it"));
            return true;
        }
        return false;
    }

    private static void pause(Duration time) {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS))
                .join();
    }

    private void answer(HttpExchange exchange, String id, ClusterApi api, ClusterFacts facts, List<String> path)
            throws IOException, InterruptedException {
        if (List.of("readyz", "livez", "healthz").contains(String.join("/", path))) {
            send(exchange, 200, Map.of("Content-Type", "text/plain"), "ok".getBytes(StandardCharsets.UTF_8));
            return;
        }
        Optional<String> user = apis.access().user(id, exchange);
        if (user.isEmpty()) {
            send(exchange, Reply.unauthorized());
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            send(exchange, Reply.refuse(413, "RequestEntityTooLarge", "limit is " + MAX_BODY_BYTES));
            return;
        }
        Request request = new Request(
                exchange.getRequestMethod(),
                path,
                Request.query(exchange.getRequestURI()),
                header(exchange, "Accept"),
                header(exchange, "Content-Type").split(";")[0].trim().toLowerCase(Locale.ROOT),
                body);
        if (request.isWatch() && !header(exchange, "Upgrade").isEmpty()) {
            // There are no web sockets here; clients that want one go on with a plain watch after such an answer.
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        switch (ofApi(api, request, facts, user.get())) {
            case ClusterApi.Answer.AtOnce(Reply reply) -> send(exchange, reply);
            case ClusterApi.Answer.Streamed(WatchStream stream) -> {
                exchange.getResponseHeaders().set("Content-Type", JSON);
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream out = exchange.getResponseBody()) {
                    // The client must know that it watches, although there may be nothing to tell for long.
                    out.flush();
                    stream.send(out);
                }
            }
        }
    }

    /** A bug of the simulator must not look like a broken line. */
    private static ClusterApi.Answer ofApi(ClusterApi api, Request request, ClusterFacts facts, String user) {
        try {
            return api.answer(request, facts, user);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s %s cannot be answered", request.method(), request.path());
            return new ClusterApi.Answer.AtOnce(Reply.refuse(500, "InternalError", "The simulator failed: " + e));
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        send(exchange, reply.code(), reply.headers(), Json.MAPPER.writeValueAsBytes(reply.body()));
    }

    private static void send(HttpExchange exchange, int code, Map<String, String> headers, byte[] content)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of(JSON));
        exchange.sendResponseHeaders(code, content.length == 0 ? -1 : content.length);
        if (content.length > 0) {
            exchange.getResponseBody().write(content);
        }
    }
}
