package dev.kubeproxyfleet.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Metrics, health, and the request for full detail. One request at a time, on one thread; a client that sends a request or takes
 * an answer too slowly is cut off, since probes would wait behind it.
 */
final class AgentHttp implements AutoCloseable {

    /** In seconds. The native image is built with the same (application.properties), since there the builder reads them. */
    private static final String LONGEST_EXCHANGE = "2";

    private static final int BACKLOG = 16;
    private static final String JSON = "application/json";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-http").unstarted(task));

    /** Answers one request of the right path and method. */
    @FunctionalInterface
    private interface Handler {
        void answer(HttpExchange exchange) throws IOException;
    }

    AgentHttp(String address, int port) throws IOException {
        System.setProperty("sun.net.httpserver.maxReqTime", LONGEST_EXCHANGE);
        System.setProperty("sun.net.httpserver.maxRspTime", LONGEST_EXCHANGE);
        server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
        server.setExecutor(executor);
    }

    void metrics(Metrics metrics) {
        on("/q/metrics", "GET", exchange -> answer(exchange, 200, Metrics.CONTENT_TYPE, metrics.text()));
    }

    /** 200 while {@code up}, else 503; the body says which check it is. */
    void health(String path, String name, BooleanSupplier up) {
        on(path, "GET", exchange -> {
            boolean isUp = up.getAsBoolean();
            String status = isUp ? "UP" : "DOWN";
            answer(
                    exchange,
                    isUp ? 200 : 503,
                    JSON,
                    "{\"status\":\"%s\",\"checks\":[{\"name\":\"%s\",\"status\":\"%s\"}]}"
                            .formatted(status, name, status));
        });
    }

    /** Runs {@code action} for a POST. */
    void command(String path, Runnable action) {
        on(path, "POST", exchange -> {
            action.run();
            answer(exchange, 202, JSON, "{}");
        });
    }

    private void on(String path, String method, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    answer(exchange, 404, JSON, "{}");
                } else if (!exchange.getRequestMethod().equals(method)) {
                    exchange.getResponseHeaders().set("Allow", method);
                    answer(exchange, 405, JSON, "{}");
                } else {
                    handler.answer(exchange);
                }
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
