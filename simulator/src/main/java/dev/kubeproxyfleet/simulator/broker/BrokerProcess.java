package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.hazard.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One broker of a {@link BrokerCluster}, in a process of its own. Its data outlives the process.
 *
 * <p>Thread-safe.
 */
public final class BrokerProcess {

    private static final Duration STOP = Duration.ofSeconds(60);

    private final int id;
    private final Path data;
    private final Path log;
    private final List<String> command;
    private final Optional<SmallDisk> disk;
    private @Nullable Process process;
    private @Nullable PausedProcess paused;

    BrokerProcess(int id, Path data, Path log, List<String> command, Optional<SmallDisk> disk) {
        this.id = id;
        this.data = data;
        this.log = log;
        this.command = disk.map(small -> small.command(command)).orElse(command);
        this.disk = disk;
    }

    /** As Kafka's {@code node.id}. */
    public int id() {
        return id;
    }

    /** As a party and a server of {@link BrokerCluster#links}. */
    public String name() {
        return name(id);
    }

    static String name(int id) {
        return "broker-" + id;
    }

    /** Where its records are. */
    public Path data() {
        return data;
    }

    /** What its process says, one run after the other. */
    public Path log() {
        return log;
    }

    /** Where its data is, if the cluster was to give it one of its own. */
    public Optional<SmallDisk> disk() {
        return disk;
    }

    /** Of the process that runs, or was the last to run. */
    public synchronized long pid() {
        if (process == null) {
            throw new IllegalStateException(name() + " was never started");
        }
        return process.pid();
    }

    /** Whether there is a process; one that is paused counts. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Starts a process and does not wait for it to serve; nothing happens where one runs. */
    public synchronized void start() throws IOException {
        if (!isAlive()) {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }
    }

    /** Ends the process at once (SIGKILL), and returns when it is gone. */
    public synchronized void kill() throws IOException, InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        resume();
    }

    /** Ends the process in order (SIGTERM): it hands its partitions on first. One that does not end in a minute is killed. */
    public synchronized void stop() throws IOException, InterruptedException {
        resume();
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        }
    }

    /** Lets the process stand still (SIGSTOP) until {@link #resume}. */
    public synchronized void pause() throws IOException {
        if (paused == null) {
            paused = PausedProcess.of(pid());
        }
    }

    /** Lets a paused process run on. */
    public synchronized void resume() throws IOException, InterruptedException {
        if (paused != null) {
            paused.close();
            paused = null;
        }
    }

    /** Asks it to end, and returns at once. */
    synchronized void beginStop() throws IOException, InterruptedException {
        resume();
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for the end of the process that runs now, and returns its exit code. */
    int awaitEnd() throws InterruptedException {
        Process current;
        synchronized (this) {
            current = process;
        }
        if (current == null) {
            throw new IllegalStateException(name() + " was never started");
        }
        return current.waitFor();
    }

    /** Whether it has ended by itself in that time. */
    synchronized boolean awaitEnd(Duration atMost) throws InterruptedException {
        return process == null || process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
