package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A fleet service that answers what a test has told it to, on a port of its own. */
final class FakeFleet implements AutoCloseable {

    /** @param body as received */
    record Request(String method, String path, Map<String, List<String>> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private record Reply(int status, String contentType, String body) {}

    private static final String END = "";

    private final HttpServer server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final CountDownLatch streamed = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean streams;
    private volatile String drips = "";
    private volatile String age = "";

    FakeFleet() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("no port on the loopback interface", e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param request method and path, such as {@code GET /api/v1/rollouts}, with the query or for each one that has no reply of its own */
    FakeFleet on(String request, int status, Object body) {
        try {
            replies.put(request, new Reply(status, "application/json", Json.MAPPER.writeValueAsString(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        return this;
    }

    /** A page of a list; {@code next} is the query of the next one, null for none. */
    FakeFleet onPage(String request, Object body, int total, @Nullable String next) {
        headers.put(
                request,
                next == null
                        ? Map.of(Attribution.TOTAL_HEADER, "" + total)
                        : Map.of(
                                Attribution.TOTAL_HEADER,
                                "" + total,
                                "Link",
                                "</some/where" + next + ">; rel=\"next\""));
        return on(request, 200, body);
    }

    /** Refuses this request because its caller has asked too often, until it is told otherwise. */
    FakeFleet busy(String request, int seconds) {
        headers.put(request, Map.of("Retry-After", "" + seconds));
        return on(request, 429, Map.of("code", "TooManyOwnChanges", "message", "alice has sent too much"));
    }

    FakeFleet onText(String request, int status, String contentType, String body) {
        replies.put(request, new Reply(status, contentType, body));
        return this;
    }

    FakeFleet showing(String id, RolloutModel model) {
        return on("GET /api/v1/rollouts/" + id, 200, detail(model));
    }

    static Map<String, Object> detail(RolloutModel model) {
        return Map.of(
                "rollout",
                model.rollout(),
                "clusters",
                List.copyOf(model.clusters().values()));
    }

    /** From now on each answer says that Kafka has been away for so many seconds. */
    FakeFleet knowingNothingNewFor(String seconds) {
        age = seconds;
        return this;
    }

    /** From now on there is an event stream; else it is answered like any other path. */
    FakeFleet streaming() {
        streams = true;
        return this;
    }

    /** From now on this request is answered with a beginning that has no end. */
    FakeFleet dripping(String request) {
        drips = request;
        return this;
    }

    void send(String name, Object data) {
        try {
            events.add("event: " + name + "\ndata: " + Json.MAPPER.writeValueAsString(data) + "\n\n");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    void send(RolloutClusterStatus status) {
        send("rollout-cluster", status);
    }

    void endStream() {
        events.add(END);
    }

    /** Returns once somebody reads the event stream. */
    void awaitStream() throws InterruptedException {
        streamed.await();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request last() {
        return requests().getLast();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        requests.add(new Request(
                exchange.getRequestMethod(),
                path,
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes()));
        if (streams && path.startsWith("/api/v1/events")) {
            stream(exchange);
            return;
        }
        if (drips.equals(exchange.getRequestMethod() + " " + path)) {
            drip(exchange);
            return;
        }
        @Nullable
        Reply reply = replies.getOrDefault(
                exchange.getRequestMethod() + " " + path,
                replies.get(exchange.getRequestMethod() + " " + path.replaceAll("\\?.*", "")));
        if (reply == null) {
            reply = new Reply(
                    404,
                    "application/json",
                    "{\"code\":\"NotFound\",\"message\":\"There is no such thing as " + path + ".\"}");
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        if (!age.isEmpty()) {
            exchange.getResponseHeaders().set(Attribution.DATA_AGE_HEADER, age);
        }
        headers.getOrDefault(exchange.getRequestMethod() + " " + path, Map.of())
                .forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private void drip(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (!closed.await(10, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        streamed.countDown();
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(": open\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            for (String event = events.take(); !event.equals(END); event = events.take()) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        endStream();
        closed.countDown();
        server.stop(0);
    }
}
