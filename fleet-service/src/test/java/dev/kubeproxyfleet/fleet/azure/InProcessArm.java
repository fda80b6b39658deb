package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import dev.kubeproxyfleet.simulator.arm.ArmAnswer;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The SDK's transport, with the model of ARM at its other end: the gateway is the real one, time is whatever pauses say. */
final class InProcessArm implements HttpClient {

    static final String ENDPOINT = "https://localhost";

    private final ArmModel model;
    private final Pause pause;
    private final Duration medianUplink;
    private final Random random = new Random(17);

    /** @param medianUplink how long a request travels until ARM has it, half as much to half as much more */
    InProcessArm(ArmModel model, Pause pause, Duration medianUplink) {
        this.model = model;
        this.pause = pause;
        this.medianUplink = medianUplink;
        model.setEndpoint(ENDPOINT);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return Mono.fromCallable(() -> sendSync(request, Context.NONE));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        Map<String, String> headers = new HashMap<>();
        request.getHeaders().forEach(header -> headers.put(header.getName(), header.getValue()));
        BinaryData body = request.getBodyAsBinaryData();
        long uplink = medianUplink.toNanos();
        if (uplink > 0) {
            pause.sleep(Duration.ofNanos(uplink / 2 + random.nextLong(uplink)));
        }
        ArmAnswer answer;
        try {
            answer = model.answer(
                    request.getHttpMethod().name(),
                    request.getUrl().toURI(),
                    headers,
                    body == null ? new byte[0] : body.toBytes());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
        if (!answer.after().isZero()) {
            pause.sleep(answer.after());
        }
        if (answer.dropped()) {
            throw new UncheckedIOException(new IOException("connection reset"));
        }
        return new Response(request, answer);
    }

    private static final class Response extends HttpResponse {
        private final ArmAnswer answer;
        private final HttpHeaders headers = new HttpHeaders();

        Response(HttpRequest request, ArmAnswer answer) {
            super(request);
            this.answer = answer;
            answer.headers().forEach((name, value) -> headers.set(HttpHeaderName.fromString(name), value));
        }

        @Override
        public int getStatusCode() {
            return answer.status();
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.just(ByteBuffer.wrap(answer.body()));
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.just(answer.body());
        }

        @Override
        public BinaryData getBodyAsBinaryData() {
            return BinaryData.fromBytes(answer.body());
        }

        @Override
        public Mono<String> getBodyAsString() {
            return getBodyAsString(StandardCharsets.UTF_8);
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.just(new String(answer.body(), charset));
        }
    }
}
