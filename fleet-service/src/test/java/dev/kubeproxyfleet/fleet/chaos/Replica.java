package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.simulator.broker.PausedProcess;
import dev.kubeproxyfleet.simulator.sandbox.FleetServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A replica of the packaged service with a folder and a port of its own, started again whenever it ends. Confined to one thread at a time. */
final class Replica implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(2);

    final String name;
    final URI address;
    private final Path jar;
    private final Path folder;
    private final Map<String, String> settings;
    private final HttpClient client = HttpClient.newHttpClient();
    private FleetServiceProcess process;
    private @Nullable PausedProcess frozen;

    /** @param more settings beside those of its folder and port */
    Replica(String name, Path jar, Path folder, Map<String, String> more) throws IOException {
        this.name = name;
        this.jar = jar;
        this.folder = Files.createDirectories(folder);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            address = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
        settings = new HashMap<>(more);
        settings.put("quarkus.http.port", Integer.toString(address.getPort()));
        settings.put("kpfleet.kafka.state-dir", folder.resolve("streams").toString());
        process = prepared();
    }

    private FleetServiceProcess prepared() {
        return new FleetServiceProcess(jar, settings, log(), address.resolve("q/health/ready"));
    }

    Path log() {
        return folder.resolve("fleet-service.log");
    }

    void start() throws IOException {
        process.start();
    }

    /** Whether it says that it is ready, within some seconds. */
    boolean isReady() throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(address.resolve("q/health/ready"))
                                            .timeout(ANSWER)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** SIGKILL; it is started again at once. */
    void kill() {
        process.kill();
    }

    /** SIGSTOP until {@link #thaw}. */
    void freeze() throws IOException {
        String note = Files.readString(folder.resolve("fleet-service.pid"));
        frozen = PausedProcess.of(Long.parseLong(note.split(" ", 2)[0]));
    }

    void thaw() throws IOException, InterruptedException {
        if (frozen != null) {
            frozen.close();
            frozen = null;
        }
    }

    /** Ends it in order and starts another process. */
    void restart() throws IOException, InterruptedException {
        process.close();
        process = prepared();
        process.start();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        thaw();
        process.close();
        client.close();
    }
}
