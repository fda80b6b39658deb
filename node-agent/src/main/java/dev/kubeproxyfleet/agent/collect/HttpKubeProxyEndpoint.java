package dev.kubeproxyfleet.agent.collect;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** {@link KubeProxyEndpoint} over plain HTTP; an answer takes at most {@link #TIMEOUT} and {@link #MAX_BODY_BYTES}. */
public final class HttpKubeProxyEndpoint implements KubeProxyEndpoint, AutoCloseable {

    /** For connecting, and again for the answer: it is the same host, so a slower one is as good as none. */
    public static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** A {@code /configz} is some 3 kB. */
    public static final int MAX_BODY_BYTES = 256 * 1024;

    private final URI base;
    private final HttpClient client;

    /** @param base such as {@code http://127.0.0.1:10249} */
    public HttpKubeProxyEndpoint(URI base) {
        this.base = base;
        this.client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
    }

    @Override
    public Optional<String> get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    return Optional.empty();
                }
                byte[] bytes = body.readNBytes(MAX_BODY_BYTES + 1);
                return bytes.length > MAX_BODY_BYTES
                        ? Optional.empty()
                        : Optional.of(new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException unknown) {
            return Optional.empty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
