package dev.kubeproxyfleet.fleet.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the service answers to a browser and to programs, good and bad requests alike, kept for who wants to look through it. */
final class Answers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI service;
    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final HttpClient program = HttpClient.newHttpClient();
    private final Map<String, String> kept = new LinkedHashMap<>();

    Answers(URI service) {
        this.service = service;
    }

    /** Logs in at the issuer's page, as somebody who chooses who they are there. */
    void logIn(String user) throws IOException, InterruptedException {
        HttpResponse<String> choice = browser.send(
                HttpRequest.newBuilder(service).header("Accept", "text/html").build(), BodyHandlers.ofString());
        browse("the page after the login", URI.create(choice.uri() + "&user=" + user));
    }

    /** The values of the browser's cookies, by name. */
    Map<String, String> cookies() {
        Map<String, String> values = new LinkedHashMap<>();
        for (HttpCookie cookie : cookies.getCookieStore().getCookies()) {
            values.put(cookie.getName(), cookie.getValue());
        }
        return values;
    }

    /** Asks with the browser's session. */
    HttpResponse<String> browse(String path) throws IOException, InterruptedException {
        return browse("GET " + path + " of the browser", service.resolve(path));
    }

    private HttpResponse<String> browse(String name, URI address) throws IOException, InterruptedException {
        return keep(
                name,
                browser.send(
                        HttpRequest.newBuilder(address)
                                .timeout(PATIENCE)
                                .header("Accept", "text/html,*/*")
                                .build(),
                        BodyHandlers.ofString()));
    }

    /**
     * Asks with what a program shows.
     *
     * @param headers names and values in turn
     */
    HttpResponse<String> ask(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .headers(headers);
        return keep(method + " " + path + " " + kept.size(), program.send(request.build(), BodyHandlers.ofString()));
    }

    private HttpResponse<String> keep(String name, HttpResponse<String> answer) {
        StringBuilder text = new StringBuilder();
        answer.headers().map().forEach((header, values) -> {
            if (!header.equalsIgnoreCase("Set-Cookie")) {
                text.append(header).append(": ").append(values).append('\n');
            }
        });
        kept.put(name, text.append(answer.body()).toString());
        return answer;
    }

    /** Writes a stream of events to a file until the service ends it. */
    CompletableFuture<HttpResponse<Path>> stream(String path, String token, Path file) {
        return program.sendAsync(
                HttpRequest.newBuilder(service.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofFile(file));
    }

    /** Each answer, with its headers but for the cookies that it sets. */
    Map<String, String> all() {
        return kept;
    }

    /** What somebody is shown, once more and again; not kept. */
    JsonNode read(String path, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .build();
        return Json.MAPPER.readTree(
                program.send(request, BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        browser.shutdownNow();
        program.shutdownNow();
    }
}
