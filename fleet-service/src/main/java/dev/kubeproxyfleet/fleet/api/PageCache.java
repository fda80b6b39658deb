package dev.kubeproxyfleet.fleet.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a browser keep the parts of the page, and ask each time whether they are still the same, so that an upgrade shows at once.
 * What has its content's hash in its name never changes and is not asked for.
 */
@Singleton
class PageCache {

    private static final Logger LOG = Logger.getLogger(PageCache.class);

    /** After {@link RequestGate}. */
    private static final int PRIORITY = 9_000;

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final String NO_CACHE = "no-cache";

    /** A year, and not even a reload asks (RFC 8246). */
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private static final String FOLDER = "META-INF/resources";

    /** As the bundler names what it makes. */
    private static final Pattern HASHED = Pattern.compile("/static/bundle/.+-[A-Z0-9]{8}\\.(?:js|css)(?:\\.map)?");

    /** By path; only of what there is, so that nobody can fill it. */
    private final Map<String, String> tags = new ConcurrentHashMap<>();

    void register(@Observes Filters filters) {
        filters.register(this::revalidate, PRIORITY);
    }

    private void revalidate(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (HASHED.matcher(routing.normalizedPath()).matches()) {
            HttpServerResponse response = routing.response();
            routing.addHeadersEndHandler(_ -> {
                if (response.getStatusCode() == OK) {
                    response.putHeader(HttpHeaders.CACHE_CONTROL, FOR_GOOD);
                }
            });
            routing.next();
            return;
        }
        String tag = tag(request.method(), routing.normalizedPath());
        if (tag == null) {
            routing.next();
            return;
        }
        MultiMap headers = routing.response().headers();
        headers.set(HttpHeaders.CACHE_CONTROL, NO_CACHE).set(HttpHeaders.ETAG, tag);
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(tag)) {
            routing.response().setStatusCode(NOT_MODIFIED).end();
            return;
        }
        // The time of a file in a package tells nothing of its content, and what serves the files would believe it.
        request.headers().remove(HttpHeaders.IF_MODIFIED_SINCE);
        routing.addHeadersEndHandler(
                _ -> headers.set(HttpHeaders.CACHE_CONTROL, NO_CACHE).remove(HttpHeaders.LAST_MODIFIED));
        routing.next();
    }

    /** Null for what is no file of the page. */
    private @Nullable String tag(HttpMethod method, String path) {
        if (!(method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) || path.contains("..")) {
            return null;
        }
        String file = path.endsWith("/") ? path + "index.html" : path;
        String known = tags.get(file);
        if (known != null) {
            return known;
        }
        Optional<String> read = read(file);
        read.ifPresent(tag -> tags.put(file, tag));
        return read.orElse(null);
    }

    private static Optional<String> read(String file) {
        try (InputStream content =
                Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + file)) {
            if (content == null) {
                return Optional.empty();
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
            return Optional.of('"' + HexFormat.of().formatHex(hash, 0, 16) + '"');
        } catch (IOException | NoSuchAlgorithmException e) {
            LOG.warnf(e, "the file %s of the page cannot be read; browsers may show an old one", file);
            return Optional.empty();
        }
    }
}
