package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.broker.PrivateFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fleet service in a process of its own, kept running as Kubernetes would: one that ends is started again.
 *
 * <p>Thread-safe.
 */
public final class FleetServiceProcess implements AutoCloseable {

    /** More restarts than this in a row mean that it cannot run. */
    private static final int MAX_RESTARTS = 5;

    /** One that ran for so long had a good start. */
    private static final Duration GOOD_START = Duration.ofMinutes(1);

    private static final Duration STOP = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int LOG_TAIL_BYTES = 4_000;

    /** Above variables of the environment (300), which are those of whoever runs this process. */
    private static final String ORDINAL = "400";

    private static final String LOCATIONS = "smallrye.config.locations";

    /** What the Java runtime itself looks at, which reads no file of settings. */
    private static final String OF_RUNTIME = "jdk.";

    private final Path jar;
    private final Map<String, String> settings;
    private final Path file;
    private final Path log;
    private final Path note;
    private final URI ready;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CompletableFuture<Void> givenUp = new CompletableFuture<>();
    private volatile @Nullable Process process;
    private volatile boolean killed;

    /**
     * @param settings are given to it in a file beside the log that only the owner may read, since a list of processes shows command lines
     *     to everybody; it ends with this process, whatever they say
     * @param log is appended to; beside it a note of the process is kept while it runs
     */
    public FleetServiceProcess(Path jar, Map<String, String> settings, Path log, URI ready) {
        this.jar = jar;
        this.settings = Map.copyOf(settings);
        this.file = log.resolveSibling("fleet-service.properties");
        this.log = log;
        this.note = note(log);
        this.ready = ready;
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D" + LOCATIONS + "="
                        + Stream.of(file.toString(), settings.getOrDefault(LOCATIONS, ""))
                                .filter(location -> !location.isEmpty())
                                .collect(Collectors.joining(",")),
                "-Dkpfleet.process.parent=" + ProcessHandle.current().pid()));
        settings.forEach((name, value) -> {
            if (name.startsWith(OF_RUNTIME)) {
                command.add("-D" + name + "=" + value);
            }
        });
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void writeSettings() throws IOException {
        Map<String, String> written = new HashMap<>(settings);
        written.remove(LOCATIONS);
        written.keySet().removeIf(name -> name.startsWith(OF_RUNTIME));
        written.put("config_ordinal", ORDINAL);
        PrivateFolder.writeProperties(file, written);
    }

    private static Path note(Path log) {
        return log.resolveSibling("fleet-service.pid");
    }

    /**
     * Ends the service that a killed process of ours with this log left behind, if it still runs.
     *
     * @return its process id
     */
    static OptionalLong endLeftover(Path log) throws IOException, SandboxFailure, InterruptedException {
        Optional<ProcessHandle> left = Leftover.find(note(log));
        if (left.isEmpty()) {
            return OptionalLong.empty();
        }
        Leftover.end(left.get());
        return OptionalLong.of(left.get().pid());
    }

    /** Starts it and keeps it running until {@link #close()}. */
    public void start() throws IOException {
        writeSettings();
        launch();
        Thread.ofVirtual().name("fleet-service-keeper").start(this::keep);
    }

    /** What {@code --check} prints with the settings of the process that runs, and the exit code as the last line. */
    public String check() throws IOException, InterruptedException {
        Process check =
                new ProcessBuilder(command("--check")).redirectErrorStream(true).start();
        String printed = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return printed + "exit code " + check.waitFor();
    }

    /** Waits until it says that it is ready. */
    public void awaitReady(Duration atMost) throws InterruptedException, SandboxFailure {
        try (HttpClient client = HttpClient.newHttpClient()) {
            long end = System.nanoTime() + atMost.toNanos();
            while (!isReady(client)) {
                if (givenUp.isDone() || System.nanoTime() > end) {
                    throw new SandboxFailure(
                            "the fleet service did not become ready; the end of its log " + log + ":\n" + tail());
                }
                if (stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }
    }

    /** Done once it cannot be kept running any more. */
    CompletableFuture<Void> givenUp() {
        return givenUp;
    }

    /** Of the process that runs, or was the last to run. */
    public long pid() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the fleet service was never started");
        }
        return current.pid();
    }

    /** Whether there is a process. */
    boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Ends it at once, as a lost node would; it is started again, however often. */
    public void kill() {
        Process current = process;
        if (current != null) {
            killed = true;
            current.destroyForcibly();
        }
    }

    /** Whether it says so. */
    boolean isReady(HttpClient client) throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(ready)
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** @return null once it is to end */
    private synchronized @Nullable Process launch() throws IOException {
        if (stopping.getCount() == 0) {
            return null;
        }
        Process started = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        Leftover.note(note, started.toHandle());
        return started;
    }

    private void keep() {
        int restarts = 0;
        long startedAt = System.nanoTime();
        try {
            Process current = process;
            while (current != null) {
                int code = current.waitFor();
                if (stopping.getCount() == 0) {
                    return;
                }
                restarts = killed || System.nanoTime() - startedAt > GOOD_START.toNanos() ? 1 : restarts + 1;
                killed = false;
                if (restarts > MAX_RESTARTS) {
                    System.err.println("The fleet service ended " + restarts + " times in a row; the end of its log "
                            + log + ":\n" + tail());
                    givenUp.complete(null);
                    return;
                }
                startedAt = System.nanoTime();
                current = launch();
                if (current == null) {
                    return;
                }
                System.err.println("The fleet service on port " + ready.getPort() + " ended with code " + code
                        + "; it has been started again as process " + current.pid() + ".");
            }
        } catch (IOException e) {
            System.err.println("The fleet service cannot be started: " + e.getMessage());
            givenUp.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tail() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - LOG_TAIL_BYTES);
            byte[] end = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(end);
            return new String(end, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Does not start it again when it ends: a signal that ends this process may have reached it, too. */
    void expectEnd() {
        stopping.countDown();
    }

    @Override
    public void close() throws InterruptedException, IOException {
        expectEnd();
        Process current;
        synchronized (this) {
            current = process;
        }
        if (current == null) {
            return;
        }
        current.destroy();
        if (!current.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            current.destroyForcibly().waitFor();
        }
        Leftover.forget(note);
        Files.deleteIfExists(file);
    }
}
