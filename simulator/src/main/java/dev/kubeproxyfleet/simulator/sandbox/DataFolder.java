package dev.kubeproxyfleet.simulator.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.broker.PrivateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Where a sandbox keeps its state, for one sandbox at a time. */
final class DataFolder implements AutoCloseable {

    /**
     * What a folder was made for; another fleet would not fit what is in it, nor would another number of brokers.
     *
     * @param brokers 1 in what an earlier version left, which does not say so
     */
    record Fleet(int clusters, int nodes, long seed, int brokers) {
        Fleet {
            brokers = brokers == 0 ? 1 : brokers;
        }
    }

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /** Opens a folder, new or left by an earlier sandbox of the same fleet, and closes it to other users. */
    static DataFolder open(Path root, Fleet fleet) throws SandboxFailure {
        try {
            if (isOthers(root)) {
                throw new SandboxFailure("the folder " + root
                        + " holds something else; name an empty or a new one with --data, which the sandbox closes to other"
                        + " users");
            }
            PrivateFolder.create(root);
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new SandboxFailure("another sandbox runs on " + root
                        + "; stop it, or give this one a folder of its own with --data");
            }
            DataFolder folder = new DataFolder(root, channel, lock);
            folder.belongTo(fleet);
            return folder;
        } catch (IOException e) {
            throw new SandboxFailure(
                    "the data folder " + root + " cannot be used (" + e + "); name another one with --data", e);
        }
    }

    /** Whether there is something in the folder that no sandbox left there. */
    private static boolean isOthers(Path root) throws IOException {
        if (!Files.isDirectory(root) || Files.exists(root.resolve("lock"))) {
            return false;
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.findAny().isPresent();
        }
    }

    Path broker() {
        return root.resolve("broker");
    }

    /** The first replica's is the folder itself, where the only one always was. */
    Path replica(int number) {
        return number == 1 ? root : root.resolve("replica-" + number);
    }

    /** Of each user of Kafka the files by which clients come as that user. */
    Path kafkaUsers() {
        return root.resolve("kafka");
    }

    Path azure() {
        return root.resolve("azure.json");
    }

    Path certificate() {
        return root.resolve("azure-ca.pem");
    }

    Path kubernetes() {
        return root.resolve("kubernetes.json");
    }

    Path kubernetesCertificate() {
        return root.resolve("kubernetes-ca.pem");
    }

    private void belongTo(Fleet fleet) throws IOException, SandboxFailure {
        Path file = root.resolve("sandbox.json");
        if (!Files.exists(file)) {
            Files.write(file, Json.MAPPER.writeValueAsBytes(fleet));
            return;
        }
        Fleet found;
        try {
            found = Json.MAPPER.readValue(Files.readAllBytes(file), Fleet.class);
        } catch (JsonProcessingException e) {
            throw new SandboxFailure(file + " is broken; delete the folder " + root + " to begin anew", e);
        }
        if (!fleet.equals(found)) {
            throw new SandboxFailure("the folder " + root + " holds a fleet of --clusters " + found.clusters()
                    + " --nodes " + found.nodes() + " --seed " + found.seed() + " --brokers " + found.brokers()
                    + "; run with these, delete the folder to begin anew, or name another one with --data");
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
