package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image out of a layout, its layers laid over each other in a folder, as an engine does before it starts it.
 *
 * @param executables paths of the files that may be run, but for libraries
 */
record UnpackedImage(Path root, JsonNode config, Set<String> executables) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static UnpackedImage of(Path layout, Architecture architecture, Path root) throws IOException {
        JsonNode named = JSON.readTree(layout.resolve("index.json").toFile()).at("/manifests/0");
        JsonNode manifest = blob(layout, named);
        if (named.get("mediaType").asText().equals(Layout.INDEX_TYPE)) {
            JsonNode platforms = manifest.get("manifests");
            manifest = blob(
                    layout,
                    StreamSupport.stream(platforms.spliterator(), false)
                            .filter(one ->
                                    one.at("/platform/architecture").asText().equals(architecture.id()))
                            .findFirst()
                            .orElseThrow());
        }
        Set<String> executables = new TreeSet<>();
        Files.createDirectories(root);
        for (JsonNode layer : manifest.get("layers")) {
            unpack(path(layout, layer), root, executables);
        }
        return new UnpackedImage(root, blob(layout, manifest.get("config")), executables);
    }

    List<String> entrypoint() {
        return StreamSupport.stream(config.at("/config/Entrypoint").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static JsonNode blob(Path layout, JsonNode descriptor) throws IOException {
        return JSON.readTree(path(layout, descriptor).toFile());
    }

    private static Path path(Path layout, JsonNode descriptor) {
        return layout.resolve("blobs").resolve(descriptor.get("digest").asText().replace(':', '/'));
    }

    private static void unpack(Path layer, Path root, Set<String> executables) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(layer));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path at = root.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(at);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(at, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, at);
                    if ((entry.getMode() & 0111) != 0) {
                        Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
                        if (!entry.getName().matches(".*\\.so[.0-9]*")) {
                            executables.add("/" + entry.getName());
                        }
                    }
                }
            }
        }
    }
}
