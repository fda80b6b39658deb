package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.fleet.tls.TlsSettings;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stands before everything that is served: REST, event streams, the page, health and metrics. It lets in only what is meant for
 * this service, and holds bodies in memory within limits of size, time and sum.
 */
@Singleton
class RequestGate implements HttpServerOptionsCustomizer {

    /** Before all filters of Quarkus, which the higher one of two numbers precedes. */
    static final int FIRST = 10_000;

    /** Bytes that the kernel holds for a client that does not read; the kernel's own limit is megabytes, for each connection. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final int BAD_REQUEST = 400;

    private final Hosts hosts;
    private final Exposure exposure;
    private final RefusalWriter refusals;
    private final long maxBody;
    private final BytesInFlight inFlight;
    private final Duration bodyTimeout;

    RequestGate(
            ApiSettings settings,
            AccessSettings access,
            TlsSettings tls,
            RefusalWriter refusals,
            MeterRegistry metrics,
            @ConfigProperty(name = "quarkus.http.host") String bound,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
        this.hosts = new Hosts(settings.allowedHosts(), bound);
        this.exposure = Exposure.of(settings.exposed(), access.login(), settings.insecure(), tls.on());
        this.refusals = refusals;
        this.maxBody = maxBody.asLongValue();
        long limit = settings.maxBytesInFlight().asLongValue();
        if (limit < this.maxBody) {
            throw new IllegalArgumentException("kpfleet.api.max-bytes-in-flight (" + limit
                    + " bytes) must be at least quarkus.http.limits.max-body-size (" + this.maxBody + " bytes)");
        }
        this.inFlight = new BytesInFlight(limit);
        this.bodyTimeout = settings.bodyTimeout();
        Gauge.builder("kpfleet.http.body.bytes", inFlight, BytesInFlight::held)
                .description("Bytes of request bodies held in memory now")
                .register(metrics);
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setSendBufferSize(SEND_BUFFER);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    void register(@Observes Filters filters) {
        filters.register(this::checkHost, FIRST);
        filters.register(this::checkRemote, FIRST - 1);
        filters.register(this::receiveBody, FIRST - 2);
    }

    /** Vert.x fails a request without a Host before any filter sees it, and what handles failures would log a stack. */
    void answerFailures(@Observes Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .failureHandler(routing -> refuseHost(routing)
                        .filter(_ -> routing.statusCode() == BAD_REQUEST)
                        .ifPresentOrElse(refusal -> refusals.write(routing, refusal), routing::next));
    }

    private void checkHost(RoutingContext routing) {
        refuseHost(routing).ifPresentOrElse(refusal -> refusals.write(routing, refusal), routing::next);
    }

    private Optional<Refusal> refuseHost(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        return hosts.refuse(
                request.headers().getAll(HttpHeaders.HOST),
                request.uri(),
                request.localAddress().hostAddress());
    }

    private void checkRemote(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        exposure.refuse(request.remoteAddress().hostAddress(), request.isSSL(), routing.normalizedPath())
                .ifPresentOrElse(refusal -> refusals.write(routing, refusal), routing::next);
    }

    private void receiveBody(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        // Netty takes the Content-Length away where there is a Transfer-Encoding too, so that nobody behind it can tell
        // that the two
        // contradict each other (RFC 9112, section 6.1): whatever has a Transfer-Encoding is refused.
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            refusals.write(
                    routing,
                    new Refusal(
                            RequestReason.LengthRequired,
                            "send the body with the header Content-Length and without Transfer-Encoding"));
            return;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || length.equals("0")) {
            routing.next();
        } else if (length.length() > Long.toString(maxBody).length() || Long.parseLong(length) > maxBody) {
            refusals.write(
                    routing,
                    new Refusal(
                            RequestReason.BodyTooLarge,
                            "the body has " + length + " bytes, and at most " + maxBody
                                    + " are taken (quarkus.http.limits.max-body-size)"));
        } else {
            new Receiving(routing).start();
        }
    }

    /** One body on its way in. All calls come on the event loop of its connection. */
    private final class Receiving {

        private final RoutingContext routing;
        private final Buffer body = Buffer.buffer();
        private final AtomicLong taken = new AtomicLong();
        private long timer;
        private boolean over;

        Receiving(RoutingContext routing) {
            this.routing = routing;
        }

        void start() {
            HttpServerRequest request = routing.request();
            routing.addEndHandler(_ -> release());
            timer = routing.vertx().setTimer(bodyTimeout.toMillis(), _ -> tooSlow());
            request.handler(this::received);
            request.endHandler(_ -> complete());
            request.exceptionHandler(_ -> release());
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                routing.response().writeContinue();
            }
            request.resume();
        }

        private void received(Buffer part) {
            if (over) {
                return;
            }
            if (!inFlight.take(part.length())) {
                refuse(new Refusal(
                        RequestReason.TooManyBytes,
                        "the bodies of other requests fill kpfleet.api.max-bytes-in-flight; try again in a moment"));
                return;
            }
            taken.addAndGet(part.length());
            body.appendBuffer(part);
        }

        private void complete() {
            if (over) {
                return;
            }
            over = true;
            routing.vertx().cancelTimer(timer);
            ((RoutingContextInternal) routing).setBody(body);
            routing.next();
        }

        private void tooSlow() {
            if (!over) {
                refuse(new Refusal(
                        RequestReason.BodyTooSlow,
                        "the body was not here in full after " + bodyTimeout.toMillis()
                                + " ms (kpfleet.api.body-timeout)"));
            }
        }

        private void refuse(Refusal refusal) {
            release();
            refusals.write(routing, refusal);
        }

        /** May come more than once: what was taken is given back once. */
        private void release() {
            over = true;
            routing.vertx().cancelTimer(timer);
            inFlight.give(taken.getAndSet(0));
        }
    }
}
