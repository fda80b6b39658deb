package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import land.oras.ContainerRef;
import land.oras.exception.OrasException;

/** Where an image is that others are to stand on. What it gives is not checked. */
sealed interface BaseSource permits LayoutSource, RegistrySource {

    String LAYOUT = "oci:";

    /**
     * What {@code --base} names.
     *
     * @param where a folder, perhaps with {@code oci:} before it, or a reference that begins with a registry
     * @param cache folder that what is pulled may replace
     */
    static BaseSource of(String where, Path cache) throws IOException, ImagesException {
        if (where.startsWith(LAYOUT)) {
            return LayoutSource.of(Path.of(where.substring(LAYOUT.length())));
        }
        if (where.startsWith("/") || where.startsWith(".") || Files.exists(Path.of(where))) {
            return LayoutSource.of(Path.of(where));
        }
        return RegistrySource.of(where, reference(where), cache);
    }

    /** Nothing is guessed: a path with a slip in it must not become an image of somebody else. */
    private static ContainerRef reference(String where) throws ImagesException {
        try {
            ContainerRef reference = ContainerRef.parse(where);
            if (!reference.isUnqualified() && !where.contains("://")) {
                return reference;
            }
        } catch (IllegalArgumentException | OrasException notInTheFormOfOne) {
            // Said below.
        }
        throw new ImagesException("--base " + where
                + " is no folder, and no full name of an image as docker.io/library/debian:13 is one");
    }

    /** As the images that stand on it call it. */
    String name();

    /** In the form of an index: the image, or several of them, or indexes of images. */
    JsonNode index() throws IOException, ImagesException;

    /** The file of an image's or an index' manifest, which is missing if the source has none. */
    Path manifest(String digest) throws IOException, ImagesException;

    /** The file of a configuration or a layer, which is missing if the source has none. */
    Path blob(String digest) throws IOException, ImagesException;
}
