package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A folder that holds images as the <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI image
 * layout</a> says: what is kept lies in {@code blobs/sha256} by its digest, and {@code index.json} names the images.
 */
final class Layout {

    static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .setDefaultPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    /** An image for one architecture. */
    record Platform(Architecture architecture, Blob image) {}

    /** Writes the bytes of a blob. */
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    private final Path folder;

    private Layout(Path folder) {
        this.folder = folder;
    }

    /** An empty one in a folder that is there or not. */
    static Layout in(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return new Layout(folder);
    }

    Path folder() {
        return folder;
    }

    Path path(String digest) {
        return folder.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    Blob add(String mediaType, Writer content) throws IOException {
        Path partial = Files.createTempFile(folder.resolve("blobs"), "partial", "");
        try {
            MessageDigest sha256 = sha256();
            try (OutputStream out =
                    new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)), sha256)) {
                content.writeTo(out);
            }
            String hex = HexFormat.of().formatHex(sha256.digest());
            Files.move(partial, folder.resolve("blobs/sha256/" + hex), StandardCopyOption.REPLACE_EXISTING);
            Path kept = folder.resolve("blobs/sha256/" + hex);
            return new Blob(mediaType, "sha256:" + hex, Files.size(kept));
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    Blob addJson(String mediaType, Object value) throws IOException {
        byte[] json = JSON.writeValueAsBytes(value);
        return add(mediaType, out -> out.write(json));
    }

    /** One image for several architectures. */
    Blob addIndex(List<Platform> images) throws IOException {
        return addJson(
                INDEX_TYPE,
                new Index(
                        2,
                        INDEX_TYPE,
                        images.stream()
                                .map(one -> new Part(
                                        one.image().mediaType(),
                                        one.image().digest(),
                                        one.image().size(),
                                        new System("linux", one.architecture().id())))
                                .toList()));
    }

    /** Its members are in the order in which ORAS writes them when it pushes: it does not keep that of what it read. */
    private record Index(int schemaVersion, String mediaType, List<Part> manifests) {}

    private record Part(String mediaType, String digest, long size, System platform) {}

    private record System(String os, String architecture) {}

    /** Names the one image, or the one index of images, that this layout is for. */
    void name(Blob image, String tag) throws IOException {
        Map<String, Object> named = Map.of(
                "mediaType", image.mediaType(),
                "digest", image.digest(),
                "size", image.size(),
                "annotations", Map.of("org.opencontainers.image.ref.name", tag));
        Files.write(
                folder.resolve("index.json"),
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                Map.of("schemaVersion", 2, "mediaType", INDEX_TYPE, "manifests", List.of(named))));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new UncheckedIOException(new IOException(everyJavaHasIt));
        }
    }
}
