package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    /** A layer of any bytes. */
    void add(String mediaType, String content) throws IOException {
        layers.add(layout.add(mediaType, out -> out.write(content.getBytes(StandardCharsets.UTF_8))));
        diffIds.add("sha256:" + "0".repeat(64));
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
