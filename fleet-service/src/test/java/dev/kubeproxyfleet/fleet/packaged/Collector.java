package dev.kubeproxyfleet.fleet.packaged;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Takes traces as OTLP over HTTP, as any collector does. */
final class Collector implements AutoCloseable {

    /** @param attributes those that are texts */
    record Taken(String trace, String name, Map<String, String> attributes) {}

    private final HttpServer server;
    private final List<Taken> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Taken> spans() {
        return List.copyOf(spans);
    }

    Optional<Taken> first(String name) {
        return spans.stream().filter(span -> span.name().equals(name)).findFirst();
    }

    /** What the sender says of itself. */
    List<Map<String, String>> resources() {
        return List.copyOf(resources);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            InputStream body = exchange.getRequestBody();
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                            ? new GZIPInputStream(body)
                            : body);
            request.getResourceSpansList().forEach(of -> {
                resources.add(texts(of.getResource().getAttributesList()));
                of.getScopeSpansList().forEach(scope -> scope.getSpansList().forEach(this::keep));
            });
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void keep(Span span) {
        spans.add(new Taken(
                HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                span.getName(),
                texts(span.getAttributesList())));
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        return attributes.stream()
                .filter(attribute -> attribute.getValue().hasStringValue())
                .collect(Collectors.toMap(
                        KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
