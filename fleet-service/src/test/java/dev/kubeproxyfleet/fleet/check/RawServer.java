package dev.kubeproxyfleet.fleet.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each connection on a free port of this machine with whatever bytes a test likes. */
final class RawServer implements AutoCloseable {

    /** Writes an answer; the connection is closed when it returns. */
    interface Script {
        void answer(OutputStream out) throws Exception;
    }

    /** The lines of each request, up to the empty one. */
    final List<List<String>> requests = new CopyOnWriteArrayList<>();

    private final ServerSocket socket;
    private final Script script;

    RawServer(Script script) throws IOException {
        this.script = script;
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** With a whole answer in JSON. */
    static RawServer answering(String status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new RawServer(out -> {
            write(
                    out,
                    "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                            + bytes.length + "\r\n\r\n");
            out.write(bytes);
        });
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** As in {@code kpfleet.gates.hosts}. */
    String host() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    URI url(String path) {
        return URI.create("http://" + host() + path);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            List<String> lines = new CopyOnWriteArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line);
            }
            requests.add(lines);
            script.answer(connection.getOutputStream());
        } catch (Exception e) {
            // The client has closed the connection, as it should.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
