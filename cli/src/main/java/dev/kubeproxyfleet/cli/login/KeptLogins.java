package dev.kubeproxyfleet.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.login.LoginException.Obstacle;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The logins of this user, a file for each fleet service, which nobody else can read. */
public final class KeptLogins {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] FOLDER = attributes("rwx------");
    private static final FileAttribute<?>[] FILE = attributes("rw-------");
    private static final Set<PosixFilePermission> OF_THE_OWNER = PosixFilePermissions.fromString("rwx------");

    /** A lock of a file is one of the process, and says nothing between its threads. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private final Path folder;

    private KeptLogins(Path folder) {
        this.folder = folder;
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Those in the folder of settings of whoever this environment is of; empty where it names no such folder. */
    public static Optional<KeptLogins> of(Map<String, String> environment) {
        String own = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        String windows = environment.getOrDefault("APPDATA", "");
        Optional<Path> settings = !own.isBlank()
                ? Optional.of(Path.of(own))
                : !home.isBlank()
                        ? Optional.of(Path.of(home, ".config"))
                        : windows.isBlank() ? Optional.empty() : Optional.of(Path.of(windows));
        return settings.map(each -> new KeptLogins(each.resolve("kpfleet").resolve("logins")));
    }

    /** Where the login for this server is kept, whether there is one or not. */
    public Path file(String server) {
        return folder.resolve(URLEncoder.encode(server, StandardCharsets.UTF_8) + ".json");
    }

    /** The login for this server, if nobody else could read it; empty if there is none. */
    Optional<KeptLogin> read(String server) throws LoginException {
        Path file = file(server);
        try {
            if (POSIX && !OF_THE_OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw new LoginException(
                        Obstacle.Usage,
                        "the login in %s can be read by others. If nobody has, run 'chmod 600 %s'; else log out and in again."
                                .formatted(file, file));
            }
            return readByAnybody(server);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LoginException(Obstacle.Usage, "the login in %s cannot be read: %s.".formatted(file, e));
        }
    }

    /** The same, whoever else can read it. */
    Optional<KeptLogin> readByAnybody(String server) throws LoginException {
        Path file = file(server);
        try {
            KeptLogin login = Contract.of(Json.MAPPER.readTree(Files.readAllBytes(file)), KeptLogin.class);
            if (login.server().equals(server)) {
                return Optional.of(login);
            }
            throw unreadable(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // What the parser says of it would repeat parts of it.
            throw unreadable(file);
        } catch (IOException e) {
            throw new LoginException(Obstacle.Usage, "the login in %s cannot be read: %s.".formatted(file, e));
        }
    }

    private static LoginException unreadable(Path file) {
        return new LoginException(
                Obstacle.Usage,
                "the login in %s is not as it was written; delete the file and log in again.".formatted(file));
    }

    void write(KeptLogin login) throws LoginException {
        Path file = file(login.server());
        try {
            Files.createDirectories(folder, FOLDER);
            Path written = Files.createTempFile(folder, "new", ".json", FILE);
            try {
                Files.write(written, Json.MAPPER.writeValueAsBytes(login));
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            throw new LoginException(Obstacle.Usage, "the login cannot be kept in %s: %s.".formatted(file, e));
        }
    }

    void delete(String server) throws LoginException {
        try {
            Files.deleteIfExists(file(server));
        } catch (IOException e) {
            throw new LoginException(
                    Obstacle.Usage, "the login in %s cannot be deleted: %s.".formatted(file(server), e));
        }
    }

    /** What one of several commands at a time does with a login. */
    interface Exclusive<T> {
        T run() throws LoginException, InterruptedException;
    }

    /** Waits until no other command, in this process or another one, works with the login for this server. */
    <T> T exclusively(String server, Exclusive<T> work) throws LoginException, InterruptedException {
        Path lock = folder.resolve(URLEncoder.encode(server, StandardCharsets.UTF_8) + ".lock");
        IN_THIS_PROCESS.lockInterruptibly();
        try {
            Files.createDirectories(folder, FOLDER);
            try (FileChannel channel =
                            FileChannel.open(lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), FILE);
                    var _ = channel.lock()) {
                return work.run();
            }
        } catch (IOException e) {
            throw new LoginException(Obstacle.Usage, "the login cannot be locked with %s: %s.".formatted(lock, e));
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }
}
