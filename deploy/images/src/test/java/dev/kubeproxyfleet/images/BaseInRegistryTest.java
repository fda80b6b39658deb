package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base is pulled from a registry, here one on loopback that has what a layout has. */
class BaseInRegistryTest {

    private static final String REPOSITORY = "/v2/team/base/";

    @TempDir
    Path folder;

    private BaseLayout base;
    private Blob image;
    private Blob index;
    private HttpServer registry;
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void registryWithOneImage() throws IOException {
        base = BaseLayout.in(folder.resolve("registry"));
        base.addLibraries();
        image = base.image(Architecture.AMD64);
        Blob other = base.image(Architecture.ARM64);
        index = base.layout()
                .addIndex(List.of(
                        new Layout.Platform(Architecture.AMD64, image),
                        new Layout.Platform(Architecture.ARM64, other)));
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext(REPOSITORY, this::answer);
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    @Test
    void itIsPulledForItsArchitectureAndNamedAsItWasAskedFor() throws Exception {
        BaseImage pulled = read(":1");

        assertThat(pulled.name()).isEqualTo(host() + "/team/base:1");
        assertThat(pulled.digest()).isEqualTo(image.digest());
        assertThat(pulled.parts()).hasSize(1);
        Blob layer = base.layers().getFirst();
        assertThat(pulled.parts().getFirst().file())
                .startsWith(folder.resolve("cache"))
                .hasSameBinaryContentAs(base.layout().path(layer.digest()));
    }

    @Test
    void byDigestItIsWhatTheDigestSays() throws Exception {
        BaseImage pulled = read("@" + image.digest());

        assertThat(pulled.name()).isEqualTo(host() + "/team/base@" + image.digest());
        assertThat(pulled.digest()).isEqualTo(image.digest());
        assertThat(asked).as("no tag is asked for").allMatch(path -> path.contains("sha256:"));
    }

    @Test
    void whatTheRegistryLacksIsRefused() throws Exception {
        assertThatThrownBy(() -> read(":2"))
                .isInstanceOf(ImagesException.class)
                .hasMessageStartingWith("--base " + host() + "/team/base:2 cannot be pulled: ");

        Files.delete(base.layout().path(base.layers().getFirst().digest()));
        assertThatThrownBy(() -> read(":1"))
                .isInstanceOf(ImagesException.class)
                .hasMessageStartingWith("--base " + host() + "/team/base:1 cannot be pulled: ");
    }

    @Test
    void otherBytesThanTheDigestSaysAreRefused() throws Exception {
        Files.writeString(base.layout().path(base.layers().getFirst().digest()), "other");

        assertThatThrownBy(() -> read(":1"))
                .isInstanceOf(ImagesException.class)
                .hasMessageContaining(
                        "should have the blob " + base.layers().getFirst().digest());
    }

    private BaseImage read(String tagOrDigest) throws IOException, ImagesException {
        return BaseReader.read(
                BaseSource.of(host() + "/team/base" + tagOrDigest, folder.resolve("cache")), Architecture.AMD64);
    }

    private String host() {
        return "127.0.0.1:" + registry.getAddress().getPort();
    }

    /** As <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">OCI says</a>. */
    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(REPOSITORY.length());
        asked.add(path);
        String name = path.substring(path.indexOf('/') + 1);
        Path file = base.layout().path(name.equals("1") ? index.digest() : name);
        try (exchange) {
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders()
                    .set("Content-Type", name.equals("1") ? index.mediaType() : ImageMaker.MANIFEST_TYPE);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : Files.size(file));
            if (!head) {
                Files.copy(file, exchange.getResponseBody());
            }
        }
    }
}
