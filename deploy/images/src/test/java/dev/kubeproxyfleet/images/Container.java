package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An image that runs as a container does: process 1 of its own, in a root that is read-only but for its volumes, as the user of the
 * image, without capabilities and without a way to get any. It shares the network of this machine.
 */
final class Container implements AutoCloseable {

    /** Arguments: root, user, number of volumes, for each of them the folder and where it is mounted, and then the command. */
    private static final String START = """
            set -eu
            root=$1 user=$2 volumes=$3
            shift 3
            mount --bind "$root" "$root"
            mount -t proc proc "$root/proc"
            for device in null zero random urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
            while [ "$volumes" -gt 0 ]; do
              mount --bind "$1" "$root$2"
              shift 2
              volumes=$((volumes - 1))
            done
            mount -o remount,ro,bind "$root" "$root"
            exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
            """;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;

    private Container(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * @param volumes folders of this machine by where they are mounted
     * @param log file for both streams of output
     */
    static Container start(
            UnpackedImage image,
            List<String> arguments,
            Map<String, String> variables,
            Map<String, Path> volumes,
            Path log)
            throws IOException {
        // Engines make these, since an image has none of them.
        Files.createDirectories(image.root().resolve("proc"));
        Path devices = Files.createDirectories(image.root().resolve("dev"));
        for (String device : List.of("null", "zero", "random", "urandom")) {
            if (!Files.exists(devices.resolve(device))) {
                Files.createFile(devices.resolve(device));
            }
        }
        List<String> command = new ArrayList<>(
                List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", START, "start"));
        command.add(image.root().toString());
        command.add(image.config().at("/config/User").asText());
        command.add(Integer.toString(volumes.size()));
        for (Map.Entry<String, Path> volume : volumes.entrySet()) {
            Files.createDirectories(image.root().resolve(volume.getKey().substring(1)));
            command.add(volume.getValue().toString());
            command.add(volume.getKey());
        }
        command.addAll(image.entrypoint());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(variables);
        return new Container(builder.start(), log);
    }

    /** Both streams. */
    String log() throws IOException {
        return Files.readString(log);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** SIGTERM to its process 1, as the kubelet sends it; returns whether it ended in time. */
    boolean stop(Duration grace) throws InterruptedException {
        process.children().forEach(ProcessHandle::destroy);
        return ends(grace);
    }

    boolean ends(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As a shell gives it: 143 for one that SIGTERM ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Status of a GET on loopback; 0 while nobody answers. */
    static int status(int port, String path) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
