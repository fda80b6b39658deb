package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image of others, for one architecture, that ours stand on.
 *
 * @param digest that of its manifest
 */
record BaseImage(String name, String digest, Architecture architecture, List<String> environment, List<Part> parts)
        implements Base {

    /** A layer: {@code file} has its bytes as they are in the image, and {@code diffId} is the digest of what is packed in them. */
    record Part(Path file, String mediaType, String diffId) {}

    BaseImage {
        environment = List.copyOf(environment);
        parts = List.copyOf(parts);
    }

    @Override
    public List<Layer> addTo(Layout layout, Instant created) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (Part part : parts) {
            Blob blob = layout.add(part.mediaType(), out -> Files.copy(part.file(), out));
            layers.add(new Layer(blob, part.diffId(), "base " + name));
        }
        return layers;
    }

    @Override
    public void addTo(Sbom sbom) {
        sbom.add(this);
    }

    @Override
    public Map<String, String> annotations() {
        return Map.of("org.opencontainers.image.base.name", name, "org.opencontainers.image.base.digest", digest);
    }
}
