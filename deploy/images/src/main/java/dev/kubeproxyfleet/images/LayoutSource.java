package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An OCI image layout on this machine. It goes by the name of its folder: where that lies is nobody's business. */
record LayoutSource(Path folder, JsonNode index) implements BaseSource {

    private static final ObjectMapper JSON = new ObjectMapper();

    static LayoutSource of(Path folder) throws IOException, ImagesException {
        Path absolute = folder.toAbsolutePath().normalize();
        for (String needed : new String[] {"oci-layout", "index.json"}) {
            if (!Files.isRegularFile(absolute.resolve(needed))) {
                throw new ImagesException("--base " + folder + " is no folder with an OCI image layout: there is no "
                        + absolute.resolve(needed) + ". 'skopeo copy' makes one of an image or an archive");
            }
        }
        try {
            return new LayoutSource(
                    absolute, JSON.readTree(absolute.resolve("index.json").toFile()));
        } catch (JsonProcessingException e) {
            throw new ImagesException("--base " + folder + ": its index.json is not JSON", e);
        }
    }

    @Override
    public String name() {
        return folder.getFileName().toString();
    }

    @Override
    public Path manifest(String digest) {
        return blob(digest);
    }

    @Override
    public Path blob(String digest) {
        return folder.resolve("blobs").resolve(digest.replace(':', '/'));
    }
}
