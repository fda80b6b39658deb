package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.world.ReplacedFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Folders and files that nobody but their owner may look into, from the moment they exist: topics hold secrets of new clusters. */
public final class PrivateFolder {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFolder() {}

    /** Makes the folder and those that it is in, as far as they are missing; one that is there is closed to others. */
    public static void create(Path folder) throws IOException {
        if (!POSIX) {
            Files.createDirectories(folder);
            return;
        }
        FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        Files.createDirectories(folder, ownerOnly);
        if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(folder, OWNER_ONLY);
        }
    }

    /** Writes a file of Java properties in a folder that is there. */
    public static void writeProperties(Path file, Map<String, ?> values) throws IOException {
        Properties properties = new Properties();
        values.forEach((name, value) -> properties.setProperty(name, value.toString()));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        ReplacedFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
