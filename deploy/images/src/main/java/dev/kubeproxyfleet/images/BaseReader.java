package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the image for one architecture in a source, and checks it: each blob has the size and the digest that its image says, and there
 * are the libraries that ours need.
 */
final class BaseReader {

    private static final Set<String> INDEXES =
            Set.of(Layout.INDEX_TYPE, "application/vnd.docker.distribution.manifest.list.v2+json");
    private static final Set<String> MANIFESTS =
            Set.of(ImageMaker.MANIFEST_TYPE, "application/vnd.docker.distribution.manifest.v2+json");
    private static final Set<String> CONFIGS =
            Set.of(ImageMaker.CONFIG_TYPE, "application/vnd.docker.container.image.v1+json");

    /** What OCI calls the layers that are known; Docker's have the same bytes. */
    private static final Map<String, String> LAYERS = Map.of(
            LayerContents.TAR,
            LayerContents.TAR,
            LayerContents.ZSTD,
            LayerContents.ZSTD,
            Layer.TYPE,
            Layer.TYPE,
            "application/vnd.docker.image.rootfs.diff.tar",
            LayerContents.TAR,
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            Layer.TYPE);

    /** What Java, the native agent and RocksDB ask the loader for. */
    private static final List<String> LIBRARIES = List.of("libc.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1");

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /** What registries take at least, and at most as a rule, as a manifest. */
    private static final long MAX_JSON_BYTES = 4 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BaseSource source;
    private final Architecture architecture;
    private final Set<Blob> found = new LinkedHashSet<>();
    private final Set<String> platforms = new TreeSet<>();

    private BaseReader(BaseSource source, Architecture architecture) {
        this.source = source;
        this.architecture = architecture;
    }

    static BaseImage read(BaseSource source, Architecture architecture) throws IOException, ImagesException {
        BaseReader reader = new BaseReader(source, architecture);
        reader.search(source.index());
        if (reader.found.size() != 1) {
            throw reader.refusal(
                    reader.found.isEmpty()
                            ? "has no image for linux/" + architecture.id() + "; there are " + reader.platforms
                                    + ". --architecture says which ones images are made for"
                            : "has " + reader.found.size() + " images for linux/" + architecture.id()
                                    + "; 'skopeo copy' makes a layout of one of them");
        }
        return reader.image(reader.found.iterator().next());
    }

    private void search(JsonNode index) throws IOException, ImagesException {
        for (JsonNode one : index.path("manifests")) {
            Blob blob = blob(one);
            JsonNode platform = one.path("platform");
            if (!platform.isMissingNode() && !isOurs(platform)) {
                platforms.add(nameOf(platform));
            } else if (INDEXES.contains(blob.mediaType())) {
                search(json(source.manifest(blob.digest()), blob));
            } else if (!MANIFESTS.contains(blob.mediaType())) {
                throw refusal("has " + blob.digest() + " of the type " + blob.mediaType() + ", which is no image");
            } else if (isOurs(config(manifest(blob)))) {
                found.add(blob);
            } else {
                platforms.add(nameOf(config(manifest(blob))));
            }
        }
    }

    private BaseImage image(Blob image) throws IOException, ImagesException {
        JsonNode manifest = manifest(image);
        JsonNode config = config(manifest);
        JsonNode layers = manifest.path("layers");
        JsonNode diffIds = config.at("/rootfs/diff_ids");
        if (layers.size() != diffIds.size()) {
            throw refusal("has another number of layers (" + layers.size() + ") than its configuration says ("
                    + diffIds.size() + ")");
        }
        List<BaseImage.Part> parts = new ArrayList<>();
        Set<String> missing = new TreeSet<>(LIBRARIES);
        for (int i = 0; i < layers.size(); i++) {
            Blob layer = blob(layers.get(i));
            String type = LAYERS.get(layer.mediaType());
            if (type == null) {
                throw refusal("has the layer " + layer.digest() + " of the type " + layer.mediaType()
                        + ", which is not known here; known are " + new TreeSet<>(LAYERS.keySet()));
            }
            Path file = source.blob(layer.digest());
            check(file, layer);
            LayerContents contents = contents(file, type, layer);
            if (!contents.diffId().equals(diffIds.get(i).asText())) {
                throw refusal("has the layer " + layer.digest() + ", which unpacks to " + contents.diffId()
                        + ", and its configuration names " + diffIds.get(i).asText());
            }
            missing.removeAll(contents.names());
            parts.add(new BaseImage.Part(file, type, contents.diffId()));
        }
        if (!missing.isEmpty()) {
            throw refusal("lacks the libraries " + missing
                    + "; a base needs glibc 2.38 or later, libstdc++, libgcc and zlib");
        }
        List<String> environment = new ArrayList<>();
        config.at("/config/Env").forEach(variable -> environment.add(variable.asText()));
        return new BaseImage(source.name(), image.digest(), architecture, environment, parts);
    }

    private LayerContents contents(Path file, String type, Blob layer) throws ImagesException {
        try {
            return LayerContents.of(file, type);
        } catch (IOException e) {
            throw refusal(
                    "has the layer " + layer.digest() + ", which cannot be unpacked as " + type + ": " + e.getMessage(),
                    e);
        }
    }

    private JsonNode manifest(Blob image) throws IOException, ImagesException {
        return json(source.manifest(image.digest()), image);
    }

    private JsonNode config(JsonNode manifest) throws IOException, ImagesException {
        Blob config = blob(manifest.path("config"));
        if (!CONFIGS.contains(config.mediaType())) {
            throw refusal("has a configuration of the type " + config.mediaType() + ", which is no image's");
        }
        return json(source.blob(config.digest()), config);
    }

    private boolean isOurs(JsonNode platform) {
        return nameOf(platform).equals("linux/" + architecture.id());
    }

    private static String nameOf(JsonNode platform) {
        return platform.path("os").asText("unknown") + "/"
                + platform.path("architecture").asText("unknown");
    }

    private Blob blob(JsonNode descriptor) throws ImagesException {
        return new Blob(
                descriptor.path("mediaType").asText("unknown"),
                digest(descriptor.path("digest").asText()),
                descriptor.path("size").asLong(-1));
    }

    /** Files go by digests, so that nothing else may get through here. */
    private String digest(String text) throws ImagesException {
        if (!DIGEST.matcher(text).matches()) {
            throw refusal("has '" + text + "' where the digest of a blob should be: sha256: and 64 hexadecimal digits");
        }
        return text;
    }

    private JsonNode json(Path file, Blob blob) throws IOException, ImagesException {
        if (blob.size() > MAX_JSON_BYTES) {
            throw refusal("has the manifest or configuration " + blob.digest() + " of " + blob.size()
                    + " bytes; more than " + MAX_JSON_BYTES + " are not read");
        }
        check(file, blob);
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw refusal("has " + blob.digest() + ", which is not JSON", e);
        }
    }

    private void check(Path file, Blob blob) throws IOException, ImagesException {
        if (!Files.isRegularFile(file)) {
            throw refusal("lacks the blob " + blob.digest());
        }
        MessageDigest sha256 = Layout.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        String digest = "sha256:" + HexFormat.of().formatHex(sha256.digest());
        if (!digest.equals(blob.digest()) || Files.size(file) != blob.size()) {
            throw refusal("should have the blob " + blob.digest() + " of " + blob.size() + " bytes; what is there has "
                    + Files.size(file) + " bytes, and the digest " + digest);
        }
    }

    private ImagesException refusal(String what) {
        return new ImagesException("--base: " + source.name() + " " + what);
    }

    private ImagesException refusal(String what, Throwable cause) {
        return new ImagesException("--base: " + source.name() + " " + what, cause);
    }
}
