package dev.kubeproxyfleet.cli.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/** Serves one repository by Git's "smart" HTTP, to whoever shows the token. */
final class GitServer implements AutoCloseable {

    private final HttpServer server;
    private final Repository repository;
    private final @Nullable String token;
    private final List<String> asked = new ArrayList<>();

    /** @param token null if everybody may read */
    GitServer(Repository repository, @Nullable String token) {
        this.repository = repository;
        this.token = token;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://" + host() + "/team/fleet.git";
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Paths, in order. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            asked.add(path);
            byte[] body = body(exchange);
            if (token != null && !isAllowed(exchange, token)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            boolean refs = path.endsWith("/info/refs?service=git-upload-pack");
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            UploadPack pack = new UploadPack(repository);
            pack.setBiDirectionalPipe(false);
            String protocol = exchange.getRequestHeaders().getFirst("Git-Protocol");
            if (protocol != null) {
                pack.setExtraParameters(List.of(protocol.split(":")));
            }
            if (refs) {
                PacketLineOut out = new PacketLineOut(answer);
                out.writeString("# service=git-upload-pack\n");
                out.end();
                pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(out), "git-upload-pack");
            } else {
                pack.upload(new ByteArrayInputStream(body), answer, null);
            }
            exchange.getResponseHeaders()
                    .set(
                            "Content-Type",
                            refs
                                    ? "application/x-git-upload-pack-advertisement"
                                    : "application/x-git-upload-pack-result");
            exchange.sendResponseHeaders(200, answer.size());
            exchange.getResponseBody().write(answer.toByteArray());
        }
    }

    private static boolean isAllowed(HttpExchange exchange, String token) {
        String expected =
                "Basic " + Base64.getEncoder().encodeToString(("git:" + token).getBytes(StandardCharsets.UTF_8));
        return expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return (packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()).readAllBytes();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
