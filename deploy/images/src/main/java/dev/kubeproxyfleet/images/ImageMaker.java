package dev.kubeproxyfleet.images;

import dev.kubeproxyfleet.images.bills.Libraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes images for one architecture. The same files, packages, base and version make the same image, byte for byte.
 *
 * @param project the root of the project, whose products are built
 * @param revision the commit that it was built of, if it is known
 * @param debian where the Java runtime comes from
 */
record ImageMaker(
        Path project, String version, Instant created, Optional<String> revision, Distribution debian, Base base) {

    static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";

    Blob make(Product product, Layout layout) throws IOException, ImagesException {
        Sbom sbom = new Sbom(product.image(), version, created);
        base.addTo(sbom);
        List<Layer> layers = new ArrayList<>(base.addTo(layout, created));
        Optional<Path> runtime = product.runtime(project);
        if (runtime.isPresent()) {
            sbom.add(debian.jdk());
            layers.add(runtime(runtime.get(), layout));
        }
        sbom.addLibraries(product.libraries(project), Libraries.of(project));
        FileTree libraries = new FileTree();
        FileTree own = new FileTree();
        product.files(project)
                .entries()
                .forEach((path, entry) -> (path.startsWith(Product.JARS + "/lib") ? libraries : own).put(path, entry));
        if (!libraries.entries().isEmpty()) {
            layers.add(Layer.of("libraries in Java", libraries, created, layout));
        }
        own.file(Sbom.PATH, sbom.json(), 0644);
        layers.add(Layer.of("Kubeproxy Fleet", own, created, layout));
        Blob config = layout.addJson(CONFIG_TYPE, config(product, layers));
        Map<String, String> annotations = labels(product);
        annotations.putAll(base.annotations());
        return layout.addJson(
                MANIFEST_TYPE,
                Map.of(
                        "schemaVersion",
                        2,
                        "mediaType",
                        MANIFEST_TYPE,
                        "config",
                        config,
                        "layers",
                        layers.stream().map(Layer::blob).toList(),
                        "annotations",
                        annotations));
    }

    /** Without the tools that come with its modules: {@code java} is the only program. */
    private Layer runtime(Path arguments, Layout layout) throws IOException, ImagesException {
        Path folder = Files.createTempDirectory("runtime");
        try {
            debian.linkRuntime(arguments, folder.resolve("java"));
            FileTree files = new FileTree();
            new FileTree().all(Product.JAVA, folder.resolve("java")).entries().forEach((path, entry) -> {
                if (!path.startsWith(Product.JAVA + "/bin/") || path.endsWith("/java")) {
                    files.put(path, entry);
                }
            });
            return Layer.of("Java runtime", files, created, layout);
        } finally {
            Folders.delete(folder);
        }
    }

    private Map<String, Object> config(Product product, List<Layer> layers) {
        Map<String, Object> config = new TreeMap<>();
        config.put("User", Base.NOBODY + ":" + Base.NOBODY);
        config.put("Entrypoint", product.entrypoint());
        config.put("WorkingDir", "/");
        config.put("Labels", labels(product));
        if (!base.environment().isEmpty()) {
            config.put("Env", base.environment());
        }
        return Map.of(
                "created",
                created.toString(),
                "architecture",
                debian.architecture().id(),
                "os",
                "linux",
                "config",
                config,
                "rootfs",
                Map.of(
                        "type",
                        "layers",
                        "diff_ids",
                        layers.stream().map(Layer::diffId).toList()),
                "history",
                layers.stream()
                        .map(layer -> Map.of("created", created.toString(), "created_by", layer.purpose()))
                        .toList());
    }

    private Map<String, String> labels(Product product) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("org.opencontainers.image.title", product.image());
        labels.put("org.opencontainers.image.description", product.description());
        labels.put("org.opencontainers.image.version", version);
        labels.put("org.opencontainers.image.created", created.toString());
        revision.ifPresent(commit -> labels.put("org.opencontainers.image.revision", commit));
        return labels;
    }
}
