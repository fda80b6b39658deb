package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.limit.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends over HTTP to the address that was looked at. Follows no redirect, and keeps no connection. Thread-safe. */
final class HttpPost implements Post, AutoCloseable {

    /** Longest that a target may take, from the connection to the end of its answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** What is read of an answer, in bytes. */
    static final int MAX_ANSWER_BYTES = 16 * 1024;

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int MAX_SHOWN = 200;

    private final HttpClient client;
    private final Addresses addresses;

    HttpPost(Vertx vertx, Addresses addresses) {
        this.addresses = addresses;
        client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setMaxInitialLineLength(4096));
    }

    @Override
    public Reply send(Letter letter, boolean allowPrivate) throws IOException {
        URI url = letter.url();
        InetAddress address = addresses.of(url, allowPrivate);
        boolean isEncrypted = "https".equals(url.getScheme());
        int port = url.getPort() != -1 ? url.getPort() : isEncrypted ? HTTPS_PORT : HTTP_PORT;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(isEncrypted)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setFollowRedirects(false)
                .setTimeout(TIMEOUT.toMillis());
        letter.headers().forEach(request::putHeader);
        Buffer body = Buffer.buffer(letter.body().getBytes(StandardCharsets.UTF_8));
        Future<Reply> reply =
                client.request(request).compose(sent -> sent.send(body)).compose(HttpPost::read);
        try {
            return reply.toCompletionStage().toCompletableFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("has not answered within " + TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("was not reached: " + why(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("was not asked, as the service stops", e);
        }
    }

    private static Future<Reply> read(HttpClientResponse response) {
        Promise<Reply> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            int room = MAX_ANSWER_BYTES - body.length();
            body.appendBuffer(part.length() <= room ? part : part.slice(0, room));
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(_ -> whole.tryComplete(new Reply(
                response.statusCode(), response.getHeader("Retry-After"), body.toString(StandardCharsets.UTF_8))));
        return whole.future();
    }

    private static String why(ExecutionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = cause.getMessage();
        return Limits.cut(
                (message == null ? cause.getClass().getSimpleName() : message).replaceAll("\\p{Cntrl}", " "),
                MAX_SHOWN);
    }

    @Override
    public void close() {
        var unused = client.close();
    }
}
