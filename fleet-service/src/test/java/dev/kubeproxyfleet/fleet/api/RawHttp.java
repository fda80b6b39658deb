package dev.kubeproxyfleet.fleet.api;

import io.restassured.RestAssured;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection on which a test writes what no well-behaved client would. */
final class RawHttp implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket = new Socket();

    RawHttp() throws IOException {
        // Small, so that a reader that does not read is soon noticed.
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), RestAssured.port));
    }

    /** @param headers names in lower case */
    record Answer(int status, Map<String, String> headers, String body) {}

    RawHttp send(String... lines) throws IOException {
        return write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    RawHttp write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The head, and as much of a body as it announces. */
    Answer answer() throws IOException {
        String[] head = head().split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < head.length; i++) {
            String[] header = head[i].split(":", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1].strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(head[0].split(" ")[1]), headers, body);
    }

    /** Reads until the service closes the connection. */
    void awaitEnd() throws IOException {
        try {
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // Reset: closed as well.
        }
    }

    private String head() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                throw new EOFException("closed after: " + head);
            }
            head.append((char) read);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
