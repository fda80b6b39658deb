package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import land.oras.ContainerRef;
import land.oras.Index;
import land.oras.Manifest;
import land.oras.Registry;
import land.oras.exception.OrasException;

/** Where in a registry images go, such as {@code registry.example/team}. */
record Destination(String prefix) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The name that an image gets there. */
    String nameOf(String image, String tag) {
        return prefix + "/" + image + ":" + tag;
    }

    /** What a layout names, with all that it consists of; the registry has the same digest for it then. */
    void push(Layout layout, Blob named, String image, String tag) throws IOException, ImagesException {
        String name = nameOf(image, tag);
        try {
            Registry registry = Registries.of(prefix, "--push");
            ContainerRef tagged = ContainerRef.parse(name);
            push(registry, layout, named.digest(), tagged);
            String there = registry.getDescriptor(tagged).getDigest();
            if (!named.digest().equals(there)) {
                throw new ImagesException(
                        name + " was pushed, and the registry has " + there + " for " + named.digest());
            }
        } catch (OrasException e) {
            throw Registries.failure(name + " cannot be pushed", e);
        }
    }

    private static void push(Registry registry, Layout layout, String digest, ContainerRef to) throws IOException {
        String json = Files.readString(layout.path(digest));
        JsonNode parts = JSON.readTree(json);
        if (parts.has("manifests")) {
            for (JsonNode platform : parts.get("manifests")) {
                String one = platform.get("digest").asText();
                push(registry, layout, one, to.withDigest(one));
            }
            registry.pushIndex(to, Index.fromJson(json));
        } else {
            pushBlob(registry, layout, parts.at("/config/digest").asText(), to);
            for (JsonNode layer : parts.get("layers")) {
                pushBlob(registry, layout, layer.get("digest").asText(), to);
            }
            registry.pushManifest(to, Manifest.fromJson(json));
        }
    }

    private static void pushBlob(Registry registry, Layout layout, String digest, ContainerRef to) {
        registry.pushBlob(to.withDigest(digest), layout.path(digest), Map.of());
    }
}
