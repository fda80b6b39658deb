package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.Map;
import land.oras.ContainerRef;
import land.oras.Index;
import land.oras.Manifest;
import land.oras.Registry;
import land.oras.exception.OrasException;

/**
 * Where in a registry images go, such as {@code registry.example/team}. Credentials are those of {@code docker login} or {@code podman
 * login}, or of the credential helpers that their files name. Only a registry on this machine is spoken to without TLS.
 */
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
            Registry registry = Registry.builder()
                    .defaults()
                    .withInsecure(isOnThisMachine())
                    .build();
            ContainerRef tagged = ContainerRef.parse(name);
            push(registry, layout, named.digest(), tagged);
            String there = registry.getDescriptor(tagged).getDigest();
            if (!named.digest().equals(there)) {
                throw new ImagesException(
                        name + " was pushed, and the registry has " + there + " for " + named.digest());
            }
        } catch (OrasException e) {
            throw new ImagesException(
                    name + " cannot be pushed: " + e.getMessage()
                            + "\n  If the registry wants to know who you are, log in to it with docker or podman first.",
                    e);
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

    private boolean isOnThisMachine() throws ImagesException {
        String host = prefix.replaceFirst("/.*", "").replaceFirst(":\\d+$", "");
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ImagesException("there is no host " + host + ", which --push names", e);
        }
    }
}
