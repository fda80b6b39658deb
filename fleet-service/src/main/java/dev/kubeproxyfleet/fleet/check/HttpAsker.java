package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.schemas.config.HttpCheck;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks once. Follows no redirect: where it leads, nobody has allowed. Thread-safe. */
final class HttpAsker implements AutoCloseable {

    /** Longest answer that is read, in bytes. */
    static final int MAX_BODY_BYTES = 1024 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final AllowedHosts hosts;
    private final Secrets secrets;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    HttpAsker(AllowedHosts hosts, Secrets secrets) {
        this.hosts = hosts;
        this.secrets = secrets;
    }

    /** Returns within the check's timeout, but for the time that it takes to resolve a name. */
    Measurement ask(HttpCheck check) {
        URI url = check.request();
        Optional<Measurement> objection = hosts.objection(url);
        if (objection.isPresent()) {
            return objection.get();
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Accept", "application/json");
        for (HttpCheck.Header header : check.headers()) {
            Optional<String> value = Optional.ofNullable(header.value())
                    .or(() -> secrets.read(url.getHost().toLowerCase(Locale.ROOT), String.valueOf(header.secret())));
            if (value.isEmpty()) {
                return new Measurement.Refused("secret " + header.secret() + " of " + url.getHost()
                        + " cannot be read from kpfleet.gates.secret-dir, so nothing is asked");
            }
            try {
                request.setHeader(header.key(), value.get());
            } catch (IllegalArgumentException e) {
                // Its message may quote the value.
                return new Measurement.Refused("header " + header.key() + " cannot be sent");
            }
        }
        return send(check, request.build());
    }

    /** The JDK's own timeout ends with the headers of the answer; this one is of the whole. */
    private Measurement send(HttpCheck check, HttpRequest request) {
        String host = request.uri().getAuthority();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(check.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return Judge.judge(check.expectation(), response.statusCode(), response.body());
        } catch (TimeoutException e) {
            return Judge.unknown(
                    host + " has not answered within " + check.timeout().toMillis() + " ms");
        } catch (ExecutionException e) {
            return Judge.unknown(host + " was asked in vain: " + Judge.shown(why(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Judge.unknown("the service stops");
        } finally {
            answer.cancel(true);
        }
    }

    private static String why(ExecutionException failure) {
        return switch (failure.getCause()) {
            case ConnectException _ -> "it takes no connection";
            case IOException cause when cause.getMessage() != null -> cause.getMessage();
            case null, default -> String.valueOf(failure.getCause());
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
