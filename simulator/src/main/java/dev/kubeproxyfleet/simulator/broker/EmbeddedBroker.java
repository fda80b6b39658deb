package dev.kubeproxyfleet.simulator.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka broker that is its own KRaft controller, on loopback, with its data in a folder of its own.
 *
 * <p>A new or empty folder is formatted; a folder that this class formatted goes on where it was, on whatever ports are asked
 * for this time. One process at a time may use a folder. Not for production: one replica, no encryption,
 * and access control only where there is an owner.
 */
public final class EmbeddedBroker implements AutoCloseable {

    static final String LOOPBACK = "127.0.0.1";
    static final int NODE_ID = 1;

    /** Another process may take the controller's port between choosing and binding it. */
    private static final int CONTROLLER_PORT_ATTEMPTS = 3;

    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final List<Logger> QUIET = Stream.of(
                    "kafka",
                    "state.change.logger",
                    "org.apache.kafka.common",
                    "org.apache.kafka.controller",
                    "org.apache.kafka.coordinator",
                    "org.apache.kafka.image",
                    "org.apache.kafka.metadata",
                    "org.apache.kafka.queue",
                    "org.apache.kafka.raft",
                    "org.apache.kafka.server",
                    "org.apache.kafka.snapshot",
                    "org.apache.kafka.storage")
            .map(Logger::getLogger)
            .toList();

    /** Warns at each first start that the metadata log is empty, and at each stop that a client was closed twice. */
    private static final List<Logger> SILENT = Stream.of(
                    "org.apache.kafka.controller.QuorumController", "org.apache.kafka.clients.NetworkClient")
            .map(Logger::getLogger)
            .toList();

    /** Folders of this process: probing the lock file of one of them would release its lock (POSIX record locks). */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final KafkaRaftServer server;
    private final Path folder;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, Path folder, int port) {
        this.server = server;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a broker and returns when it serves clients, after about three seconds.
     *
     * @param dataFolder made if it is missing, closed to other users; holds nothing but this broker's data
     * @param port of the client listener; 0 for any free one
     * @throws BrokerStartException if the port is taken or the folder cannot be used
     */
    public static EmbeddedBroker start(Path dataFolder, int port) throws BrokerStartException {
        return start(dataFolder, port, BrokerAccess.EVERYBODY);
    }

    /** As {@link #start(Path, int)}; where there is an owner, with nobody else whom the broker knows. */
    public static EmbeddedBroker start(Path dataFolder, int port, Optional<BrokerOwner> owner)
            throws BrokerStartException {
        return start(dataFolder, port, owner.map(BrokerAccess::of).orElse(BrokerAccess.EVERYBODY));
    }

    static EmbeddedBroker start(Path dataFolder, int port, BrokerAccess access) throws BrokerStartException {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        SILENT.forEach(logger -> logger.setLevel(Level.SEVERE));
        requireFree(port);
        Path folder = dataFolder.toAbsolutePath().normalize();
        if (!IN_USE.add(folder)) {
            throw inUse(folder);
        }
        try {
            prepare(folder, access);
            return startIn(folder, port, access);
        } catch (BrokerStartException | RuntimeException e) {
            IN_USE.remove(folder);
            throw e;
        }
    }

    private static EmbeddedBroker startIn(Path folder, int port, BrokerAccess access) throws BrokerStartException {
        BrokerStartException last = new BrokerStartException("not tried");
        for (int attempt = 1; attempt <= CONTROLLER_PORT_ATTEMPTS; attempt++) {
            int clientPort = port == 0 ? freePort() : port;
            int controllerPort = freePort(clientPort);
            Map<String, Object> settings = settings(folder, controllerPort);
            settings.putAll(access.settings(clientPort, controllerPort));
            settings.replaceAll((name, value) -> value.toString());
            KafkaConfig config = new KafkaConfig(settings, false);
            KafkaRaftServer server = null;
            try {
                server = new KafkaRaftServer(config, Time.SYSTEM);
                server.startup();
                return new EmbeddedBroker(server, folder, clientPort);
            } catch (RuntimeException e) {
                if (server != null) {
                    server.shutdown();
                    server.awaitShutdown();
                }
                last = explain(folder, e);
                if (!isBindFailure(e)) {
                    throw last;
                }
            }
        }
        throw last;
    }

    /** {@code host:port} for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /** Port of the client listener. */
    public int port() {
        return port;
    }

    /** Stops the broker cleanly and returns when its files are closed; a second call does nothing. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        IN_USE.remove(folder);
    }

    private static void prepare(Path folder, BrokerAccess access) throws BrokerStartException {
        try {
            Path meta = folder.resolve(BrokerFolder.META_PROPERTIES);
            if (Files.exists(meta)) {
                requireOurs(folder, meta);
                requireUnlocked(folder);
                PrivateFolder.create(folder);
            } else if (!Files.exists(folder) || isEmpty(folder)) {
                PrivateFolder.create(folder);
                BrokerFolder.format(folder, Uuid.randomUuid().toString(), NODE_ID, access.scramUsers());
            } else {
                throw new BrokerStartException("The folder " + folder + " is not empty and holds no Kafka data ("
                        + BrokerFolder.META_PROPERTIES + " is missing). Name another data folder, or empty this one.");
            }
        } catch (IOException e) {
            throw new BrokerStartException(
                    "The data folder " + folder + " cannot be used: " + e
                            + ". Name a folder that this user may write to.",
                    e);
        }
    }

    private static void requireOurs(Path folder, Path meta) throws IOException, BrokerStartException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(meta, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IllegalArgumentException | java.nio.charset.MalformedInputException e) {
            throw new BrokerStartException(broken(folder, BrokerFolder.META_PROPERTIES + " cannot be read"), e);
        }
        if (properties.getProperty("cluster.id") == null || properties.getProperty("directory.id") == null) {
            throw new BrokerStartException(broken(
                    folder,
                    BrokerFolder.META_PROPERTIES + " lacks cluster.id or directory.id, so formatting never finished"));
        }
        if (!Integer.toString(NODE_ID).equals(properties.getProperty("node.id"))) {
            throw new BrokerStartException("The data folder " + folder + " belongs to another broker (node.id "
                    + properties.getProperty("node.id") + "). Name another data folder.");
        }
    }

    private static void requireUnlocked(Path folder) throws IOException, BrokerStartException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw inUse(folder);
            }
        }
    }

    private static BrokerStartException inUse(Path folder) {
        return new BrokerStartException("Another broker uses the data folder " + folder
                + ". Stop the other sandbox, or name another data folder.");
    }

    private static String broken(Path folder, String reason) {
        return "The broker's data in " + folder + " is broken: " + reason
                + ". Delete the folder to begin anew (everything in its topics is lost), or name another one.";
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }

    /** The only voter is named by these settings and not by the metadata log, so its port may be another one each time. */
    private static Map<String, Object> settings(Path folder, int controllerPort) {
        return BrokerSettings.of(NODE_ID, folder, 1, 1, NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
    }

    private static BrokerStartException explain(Path folder, RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        if (isBindFailure(failure)) {
            return new BrokerStartException("The broker cannot listen: " + message + ". Name another port.", failure);
        }
        return new BrokerStartException(broken(folder, message), failure);
    }

    private static boolean isBindFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.net.BindException
                    || String.valueOf(cause.getMessage()).contains("Address already in use")) {
                return true;
            }
        }
        return false;
    }

    private static void requireFree(int port) throws BrokerStartException {
        if (port == 0) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(LOOPBACK, port));
        } catch (IOException e) {
            throw new BrokerStartException(
                    "Port " + port + " on " + LOOPBACK + " is taken. Stop what uses it, or name another port.", e);
        }
    }

    /** @param others that are taken in a moment, so that it must be none of them */
    static int freePort(int... others) throws BrokerStartException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
                int port = socket.getLocalPort();
                if (IntStream.of(others).noneMatch(other -> other == port)) {
                    return port;
                }
            } catch (IOException e) {
                throw new BrokerStartException("No port is free on " + LOOPBACK + ": " + e, e);
            }
        }
    }
}
