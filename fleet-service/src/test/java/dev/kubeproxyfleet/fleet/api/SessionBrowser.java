package dev.kubeproxyfleet.fleet.api;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a browser is to a login: it keeps cookies, and goes where it is sent. */
final class SessionBrowser implements AutoCloseable {

    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /** @param address of the service, such as {@code api/v1/whoami}, or of elsewhere with its host */
    HttpResponse<String> get(String address) throws IOException, InterruptedException {
        URI service = URI.create("http://127.0.0.1:" + RestAssured.port + "/");
        return http.send(
                HttpRequest.newBuilder(service.resolve(address))
                        .header("Accept", "text/html,*/*")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Names of all that it has. */
    List<String> cookies() {
        return cookies.getCookieStore().getCookies().stream()
                .map(HttpCookie::getName)
                .toList();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
