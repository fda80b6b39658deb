package dev.kubeproxyfleet.cli.login;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A login in this machine's browser, which is sent back to a port of loopback that is open until then.
 *
 * <p>Sources: RFC 8252 (native apps), RFC 7636 (PKCE), RFC 9207 (the issuer in the answer).
 */
final class BrowserFlow {

    /** Providers have it registered as {@code http://127.0.0.1/login}, and let the port be any. */
    private static final String PATH = "/login";

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Consumer<URI> browser;

    /** @param browser told the page that the user has to see */
    BrowserFlow(Consumer<URI> browser) {
        this.browser = browser;
    }

    Provider.Granted run(Provider provider, LoginInfo login) throws LoginException, InterruptedException {
        String state = RandomText.fresh();
        Pkce pkce = Pkce.fresh();
        CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
        HttpServer server = listen(state, answer);
        try {
            String redirect = "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
            Map<String, String> request = new LinkedHashMap<>();
            request.put("client_id", String.valueOf(login.clientId()));
            request.put("response_type", "code");
            request.put("redirect_uri", redirect);
            request.put("scope", String.join(" ", login.scopes()));
            request.put("state", state);
            request.putAll(pkce.begin());
            URI page = provider.endpoint("authorization_endpoint");
            browser.accept(URI.create(page + (page.getRawQuery() == null ? "?" : "&") + Provider.encoded(request)));
            String code = code(await(answer), provider.issuer());
            Map<String, String> redemption = new LinkedHashMap<>(pkce.end());
            redemption.put("grant_type", "authorization_code");
            redemption.put("client_id", String.valueOf(login.clientId()));
            redemption.put("redirect_uri", redirect);
            redemption.put("code", code);
            return provider.granted(redemption);
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer listen(String state, CompletableFuture<Map<String, String>> answer)
            throws LoginException {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/", exchange -> handle(exchange, state, answer));
            server.start();
            return server;
        } catch (IOException e) {
            throw new LoginException(
                    Obstacle.Usage, "no port of 127.0.0.1 can be listened on: %s. Use --device-code.".formatted(e));
        }
    }

    /** What does not know the state is not the provider's answer: any page and any program of this machine may ask this port. */
    private static void handle(HttpExchange exchange, String state, CompletableFuture<Map<String, String>> answer)
            throws IOException {
        Map<String, String> parameters = parameters(exchange.getRequestURI().getRawQuery());
        boolean expected = exchange.getRequestURI().getPath().equals(PATH)
                && MessageDigest.isEqual(
                        state.getBytes(StandardCharsets.UTF_8),
                        parameters.getOrDefault("state", "").getBytes(StandardCharsets.UTF_8));
        byte[] text = (expected
                        ? "Your terminal goes on. You may close this page.\n"
                        : "This is no answer to the login that is under way.\n")
                .getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.sendResponseHeaders(expected ? 200 : 400, text.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(text);
            }
        } finally {
            if (expected) {
                answer.complete(parameters);
            }
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                try {
                    parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // A parameter that is not encoded well is none.
                }
            }
        }
        return parameters;
    }

    private static Map<String, String> await(CompletableFuture<Map<String, String>> answer)
            throws LoginException, InterruptedException {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new LoginException(
                    Obstacle.Refused,
                    "the browser did not come back within %d minutes; run the command again, or use --device-code."
                            .formatted(PATIENCE.toMinutes()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer of the browser cannot fail", e);
        }
    }

    private static String code(Map<String, String> answer, String issuer) throws LoginException {
        if (!answer.getOrDefault("iss", issuer).equals(issuer)) {
            throw new LoginException(
                    Obstacle.Refused, "another provider than %s answered; nothing was sent to it.".formatted(issuer));
        }
        String code = answer.getOrDefault("code", "");
        if (code.isEmpty()) {
            throw new LoginException(
                    Obstacle.Refused,
                    "the provider %s refused: %s"
                            .formatted(
                                    issuer,
                                    new Provider.Denied(
                                                    answer.getOrDefault("error", "an answer without a code"),
                                                    answer.getOrDefault("error_description", ""))
                                            .message()));
        }
        return code;
    }
}
