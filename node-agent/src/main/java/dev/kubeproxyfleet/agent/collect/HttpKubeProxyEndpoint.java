package dev.kubeproxyfleet.agent.collect;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@link KubeProxyEndpoint} over plain HTTP/1.0: one connection a request that the server closes behind its answer, so there
 * are no chunks to put together and no idle connections to keep. An answer takes at most {@link #TIMEOUT} for connecting,
 * {@link #TIMEOUT} for itself, and {@link #MAX_BODY_BYTES}.
 */
public final class HttpKubeProxyEndpoint implements KubeProxyEndpoint {

    /** It is the same host, so a slower one is as good as none. */
    public static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** A {@code /configz} is some 3 kB, {@code /metrics} some 100 kB. */
    public static final int MAX_BODY_BYTES = 512 * 1024;

    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final int DEFAULT_PORT = 80;
    private static final int READ_STEP = 16 * 1024;
    private static final byte[] OK_1_0 = "HTTP/1.0 200".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK_1_1 = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    private final String host;
    private final int port;

    /** @param base such as {@code http://127.0.0.1:10249}; one that {@link #isPossible} */
    public HttpKubeProxyEndpoint(URI base) {
        if (!isPossible(base)) {
            throw new IllegalArgumentException("must look like http://127.0.0.1:10249, not " + base);
        }
        host = base.getHost();
        port = base.getPort() < 0 ? DEFAULT_PORT : base.getPort();
    }

    /** Whether this is plain http to some host. */
    public static boolean isPossible(URI base) {
        return "http".equals(base.getScheme()) && base.getHost() != null;
    }

    @Override
    public Optional<String> get(String path) {
        try (Socket socket = new Socket()) {
            int millis = (int) TIMEOUT.toMillis();
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream()
                    .write("GET %s HTTP/1.0\r\nHost: %s:%d\r\nAccept: */*\r\n\r\n"
                            .formatted(path, host, port)
                            .getBytes(StandardCharsets.US_ASCII));
            return body(socket.getInputStream());
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<String> body(InputStream in) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        byte[] answer = new byte[READ_STEP];
        int length = 0;
        while (true) {
            if (length == answer.length) {
                if (length > MAX_HEAD_BYTES + MAX_BODY_BYTES) {
                    return Optional.empty();
                }
                answer = Arrays.copyOf(answer, length * 2);
            }
            int count = in.read(answer, length, answer.length - length);
            if (count < 0) {
                break;
            }
            length += count;
            if (System.nanoTime() - deadline > 0) {
                return Optional.empty();
            }
        }
        int start = bodyStart(answer, length);
        boolean ok = startsWith(answer, length, OK_1_0) || startsWith(answer, length, OK_1_1);
        if (!ok || start < 0 || length - start > MAX_BODY_BYTES) {
            return Optional.empty();
        }
        return Optional.of(new String(answer, start, length - start, StandardCharsets.UTF_8));
    }

    /** Behind the empty line; -1 if there is none. */
    private static int bodyStart(byte[] answer, int length) {
        int limit = Math.min(length, MAX_HEAD_BYTES);
        for (int i = 3; i < limit; i++) {
            if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n' && answer[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] answer, int length, byte[] start) {
        return length >= start.length && Arrays.equals(answer, 0, start.length, start, 0, start.length);
    }
}
