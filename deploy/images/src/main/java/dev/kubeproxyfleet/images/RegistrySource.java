package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import land.oras.ContainerRef;
import land.oras.Descriptor;
import land.oras.Registry;
import land.oras.exception.OrasException;

/** An image in a registry. What is asked for is pulled into a layout of its own. */
record RegistrySource(String name, Registry registry, ContainerRef reference, Layout pulled) implements BaseSource {

    static RegistrySource of(String name, ContainerRef reference, Path cache) throws IOException, ImagesException {
        Folders.delete(cache);
        // Of a digest nobody needs a tag, and latest, which the library adds, was not asked for.
        String full = reference.getDigest() == null ? reference.toString() : name;
        return new RegistrySource(full, Registries.of(reference.getRegistry(), "--base"), reference, Layout.in(cache));
    }

    @Override
    public JsonNode index() throws IOException, ImagesException {
        try {
            Descriptor found = registry.getDescriptor(reference);
            byte[] manifest = found.getJson().getBytes(StandardCharsets.UTF_8);
            Blob kept = pulled.add(found.getMediaType(), out -> out.write(manifest));
            String digest = Optional.ofNullable(reference.getDigest())
                    .or(() -> Optional.ofNullable(found.getDigest()))
                    .orElse(kept.digest());
            return new ObjectMapper()
                    .valueToTree(Map.of("manifests", List.of(new Blob(kept.mediaType(), digest, kept.size()))));
        } catch (OrasException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Path manifest(String digest) throws IOException, ImagesException {
        try {
            if (!Files.exists(pulled.path(digest))) {
                Descriptor found = registry.getDescriptor(reference.withDigest(digest));
                Files.writeString(pulled.path(digest), found.getJson());
            }
            return pulled.path(digest);
        } catch (OrasException e) {
            throw unreadable(e);
        }
    }

    @Override
    public Path blob(String digest) throws ImagesException {
        try {
            if (!Files.exists(pulled.path(digest))) {
                registry.fetchBlob(reference.withDigest(digest), pulled.path(digest));
            }
            return pulled.path(digest);
        } catch (OrasException e) {
            throw unreadable(e);
        }
    }

    private ImagesException unreadable(OrasException e) {
        return Registries.failure("--base " + name + " cannot be pulled", e);
    }
}
