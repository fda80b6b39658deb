package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An image of somebody else, in a layout: it has a user, a command and labels that ours must not get. */
record BaseLayout(Layout layout, List<Blob> layers, List<String> diffIds) {

    /** Without a layer yet. */
    static BaseLayout in(Path folder) throws IOException {
        return new BaseLayout(Layout.in(folder), new ArrayList<>(), new ArrayList<>());
    }

    void add(Layer layer) {
        layers.add(layer.blob());
        diffIds.add(layer.diffId());
    }

    /** A layer with the libraries that ours need, which are empty. */
    void addLibraries() throws IOException {
        FileTree files = new FileTree();
        for (String library : List.of("libc.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1")) {
            files.text("/lib/" + library, "");
        }
        add(Layer.of("libraries", files, Instant.EPOCH, layout));
    }

    /** A layer of another type than ours, with one file. */
    void add(String mediaType, String file, Packing packing) throws IOException {
        MessageDigest unpacked = Layout.sha256();
        layers.add(layout.add(mediaType, out -> {
            try (TarArchiveOutputStream tar =
                    new TarArchiveOutputStream(new DigestOutputStream(packing.to(out), unpacked))) {
                tar.putArchiveEntry(new TarArchiveEntry(file));
                tar.closeArchiveEntry();
            }
        }));
        diffIds.add("sha256:" + HexFormat.of().formatHex(unpacked.digest()));
    }

    /** Such as gzip. */
    interface Packing {
        OutputStream to(OutputStream out) throws IOException;
    }

    Blob image(Architecture architecture) throws IOException {
        return image(architecture, ImageMaker.MANIFEST_TYPE, ImageMaker.CONFIG_TYPE);
    }

    Blob image(Architecture architecture, String manifestType, String configType) throws IOException {
        Blob config = layout.addJson(
                configType,
                Map.of(
                        "os", "linux",
                        "architecture", architecture.id(),
                        "config",
                                Map.of(
                                        "Env", List.of("PATH=/base", "SSL_CERT_FILE=/base/ca.crt"),
                                        "User", "0",
                                        "Entrypoint", List.of("/base/shell"),
                                        "Cmd", List.of("-c"),
                                        "Labels", Map.of("of", "base")),
                        "rootfs", Map.of("type", "layers", "diff_ids", diffIds)));
        return layout.addJson(
                manifestType,
                Map.of("schemaVersion", 2, "mediaType", manifestType, "config", config, "layers", layers));
    }

    /** The layout is for this one. */
    void name(Blob image) throws IOException {
        layout.name(image, "latest");
    }

    Path file(String name) {
        return layout.folder().resolve(name);
    }
}
