package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images stand on an image of others, and are refused if that is not whole or not for their architecture. */
class BaseImageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private BaseLayout base;

    @BeforeEach
    void baseAndProject() throws IOException {
        base = baseIn("somewhere");
        Path agent = Files.createDirectories(folder.resolve("project/node-agent/target/quarkus-app"));
        Files.writeString(agent.resolveSibling("kpfleet-node-agent-runner"), "the agent");
        Files.writeString(agent.resolve("quarkus-app-dependencies.txt"), "");
        Files.writeString(
                Files.createDirectories(folder.resolve("project/deploy/bills")).resolve("libraries.json"), "[]");
    }

    @Test
    void itsLayersLieBelowOursAsTheyAre() throws Exception {
        base.name(base.image(Architecture.AMD64));

        JsonNode manifest = manifest(make("made", base));
        JsonNode config = made("made", manifest.get("config"));

        assertThat(digests(manifest.get("layers")))
                .startsWith(base.layers().stream().map(Blob::digest).toArray(String[]::new));
        assertThat(manifest.get("layers")).hasSize(base.layers().size() + 1);
        assertThat(texts(config.at("/rootfs/diff_ids")))
                .startsWith(base.diffIds().toArray(String[]::new));
        assertThat(config.at("/rootfs/diff_ids")).hasSameSizeAs(manifest.get("layers"));
        assertThat(config.get("history")).hasSameSizeAs(manifest.get("layers"));
        for (Blob layer : base.layers()) {
            assertThat(folder.resolve("made/blobs").resolve(layer.digest().replace(':', '/')))
                    .hasSameBinaryContentAs(base.layout().path(layer.digest()));
        }
    }

    @Test
    void itsEnvironmentIsKeptAndAllElseIsOurs() throws Exception {
        base.name(base.image(Architecture.AMD64));

        JsonNode manifest = manifest(make("made", base));
        JsonNode config = made("made", manifest.get("config")).get("config");

        assertThat(texts(config.get("Env"))).containsExactly("PATH=/base", "SSL_CERT_FILE=/base/ca.crt");
        assertThat(config.get("User").asText()).isEqualTo("65532:65532");
        assertThat(texts(config.get("Entrypoint"))).containsExactly("/usr/bin/kpfleet-node-agent");
        assertThat(config.has("Cmd")).isFalse();
        assertThat(config.get("Labels").has("of")).isFalse();
        assertThat(config.at("/Labels/org.opencontainers.image.title").asText())
                .isEqualTo("kubeproxy-fleet-node-agent");
    }

    @Test
    void itIsNamedByNameAndDigest() throws Exception {
        Blob image = base.image(Architecture.AMD64);
        base.name(image);

        Blob made = make("made", base);
        JsonNode annotations = manifest(made).get("annotations");

        assertThat(annotations.get("org.opencontainers.image.base.name").asText())
                .isEqualTo("base");
        assertThat(annotations.get("org.opencontainers.image.base.digest").asText())
                .isEqualTo(image.digest());
        JsonNode bill = bill("made");
        JsonNode component = bill.at("/components/0");
        assertThat(bill.get("components")).as("nothing of Debian").hasSize(1);
        assertThat(component.get("type").asText()).isEqualTo("container");
        assertThat(component.get("name").asText()).isEqualTo("base");
        assertThat(component.get("version").asText()).isEqualTo(image.digest());
        assertThat(component.get("purl").asText())
                .isEqualTo("pkg:oci/base@sha256%3A" + image.digest().substring("sha256:".length()) + "?arch=amd64");
        assertThat(bill.at("/compositions/0/aggregate").asText()).isEqualTo("incomplete");
        assertThat(bill.at("/compositions/0/assemblies/0")).isEqualTo(component.get("bom-ref"));
    }

    @Test
    void theSameBaseMakesTheSameImageWhereverItLies() throws Exception {
        BaseLayout other = baseIn("elsewhere");
        base.name(base.image(Architecture.AMD64));
        other.name(other.image(Architecture.AMD64));
        String digest = make("first", base).digest();

        assertThat(make("second", other).digest()).isEqualTo(digest);

        other.add(Layer.TYPE, "more", GZIPOutputStream::new);
        other.name(other.image(Architecture.AMD64));
        assertThat(make("third", other).digest()).isNotEqualTo(digest);
    }

    @Test
    void ofSeveralPlatformsItTakesTheOneAskedFor() throws Exception {
        Blob amd64 = base.image(Architecture.AMD64);
        Blob arm64 = base.image(Architecture.ARM64);
        Blob index = base.layout()
                .addIndex(List.of(
                        new Layout.Platform(Architecture.AMD64, amd64),
                        new Layout.Platform(Architecture.ARM64, arm64)));

        base.name(index);

        assertThat(read(base, Architecture.AMD64).digest()).isEqualTo(amd64.digest());
        assertThat(read(base, Architecture.ARM64).digest()).isEqualTo(arm64.digest());
    }

    @Test
    void layersOfDockerAndOfZstdAreTakenAsOci() throws Exception {
        base.add("application/vnd.docker.image.rootfs.diff.tar.gzip", "docker", GZIPOutputStream::new);
        base.add(LayerContents.ZSTD, "zstd", ZstdCompressorOutputStream::new);
        base.add(LayerContents.TAR, "tar", out -> out);
        base.name(base.image(
                Architecture.AMD64,
                "application/vnd.docker.distribution.manifest.v2+json",
                "application/vnd.docker.container.image.v1+json"));

        JsonNode layers = manifest(make("made", base)).get("layers");

        assertThat(layers.at("/1/mediaType").asText()).isEqualTo(Layer.TYPE);
        assertThat(layers.at("/2/mediaType").asText()).isEqualTo(LayerContents.ZSTD);
        assertThat(layers.at("/3/mediaType").asText()).isEqualTo(LayerContents.TAR);
    }

    /** What spoils a base. */
    interface Spoiled {
        void in(BaseLayout base) throws IOException;
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("there is no .*/base/oci-layout", base -> Files.delete(base.file("oci-layout"))),
                refusal("there is no .*/base/index.json", base -> Files.delete(base.file("index.json"))),
                refusal("index.json is not JSON", base -> Files.writeString(base.file("index.json"), "{")),
                refusal(
                        "has no image for linux/amd64; there are \\[linux/arm64]",
                        base -> base.name(base.image(Architecture.ARM64))),
                refusal("has 2 images for linux/amd64", base -> {
                    Blob first = base.image(Architecture.AMD64);
                    base.add(Layer.TYPE, "more", GZIPOutputStream::new);
                    Blob second = base.image(Architecture.AMD64);
                    base.name(base.layout()
                            .addIndex(List.of(
                                    new Layout.Platform(Architecture.AMD64, first),
                                    new Layout.Platform(Architecture.AMD64, second))));
                }),
                refusal(
                        "lacks the blob sha256:",
                        base -> Files.delete(
                                base.layout().path(base.layers().getFirst().digest()))),
                refusal(
                        "should have the blob sha256:.* what is there has .* the digest sha256:",
                        base -> Files.writeString(
                                base.layout().path(base.layers().getFirst().digest()), "other")),
                refusal(
                        "should have the blob sha256:.* what is there has ",
                        base -> base.name(new Blob(
                                ImageMaker.MANIFEST_TYPE,
                                base.image(Architecture.AMD64).digest(),
                                1))),
                refusal(
                        "where the digest of a blob should be",
                        base -> base.name(new Blob(ImageMaker.MANIFEST_TYPE, "sha256:../../../etc/passwd", 1))),
                refusal(
                        "more than 4194304 are not read",
                        base -> base.name(new Blob(
                                ImageMaker.MANIFEST_TYPE,
                                base.image(Architecture.AMD64).digest(),
                                1 << 30))),
                refusal(
                        "of the type application/x-artifact, which is no image",
                        base -> base.name(base.layout().addJson("application/x-artifact", Map.of()))),
                refusal(
                        "a configuration of the type application/x-empty",
                        base -> base.name(
                                base.image(Architecture.AMD64, ImageMaker.MANIFEST_TYPE, "application/x-empty"))),
                refusal("of the type application/x-foreign, which is not known here", base -> {
                    base.add("application/x-foreign", "foreign", out -> out);
                    base.name(base.image(Architecture.AMD64));
                }),
                refusal("has another number of layers \\(2\\) than its configuration says \\(1\\)", base -> {
                    base.layers().add(base.layers().getFirst());
                    base.name(base.image(Architecture.AMD64));
                }),
                refusal("which cannot be unpacked as application/vnd.oci.image.layer.v1.tar\\+gzip", base -> {
                    base.add(Layer.TYPE, "not packed", out -> out);
                    base.name(base.image(Architecture.AMD64));
                }),
                refusal("which unpacks to sha256:.* its configuration names sha256:0000", base -> {
                    base.diffIds().set(0, "sha256:" + "0".repeat(64));
                    base.name(base.image(Architecture.AMD64));
                }),
                refusal("lacks the libraries \\[libc.so.6, libgcc_s.so.1, libstdc\\+\\+.so.6, libz.so.1]", base -> {
                    base.layers().clear();
                    base.diffIds().clear();
                    base.add(LayerContents.TAR, "lib/ld-musl-x86_64.so.1", out -> out);
                    base.name(base.image(Architecture.AMD64));
                }),
                refusal(
                        "which is not JSON",
                        base -> base.name(base.layout().add(ImageMaker.MANIFEST_TYPE, out -> out.write('{')))));
    }

    private static Arguments refusal(String message, Spoiled spoiled) {
        return Arguments.of(message, spoiled);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void whatIsNotWholeIsRefused(String message, Spoiled spoiled) throws IOException {
        base.name(base.image(Architecture.AMD64));
        spoiled.in(base);

        assertThatThrownBy(() -> read(base, Architecture.AMD64))
                .isInstanceOf(ImagesException.class)
                .hasMessageStartingWith("--base")
                .hasMessageFindingMatch(message);
    }

    @ParameterizedTest
    @MethodSource
    void whatNamesNoRegistryIsNotSearchedForInOne(String name) {
        assertThatThrownBy(() -> BaseSource.of(name, folder.resolve("cache")))
                .isInstanceOf(ImagesException.class)
                .hasMessageContaining("no full name of an image");
    }

    static Stream<String> whatNamesNoRegistryIsNotSearchedForInOne() {
        return Stream.of(
                "debian",
                "debian:13",
                "target/bse",
                "https://registry.example/base:1",
                "registry.example/base@md5:1",
                "a b");
    }

    /** With one layer, in which the libraries that are needed are empty. */
    private BaseLayout baseIn(String parent) throws IOException {
        BaseLayout made = BaseLayout.in(folder.resolve(parent).resolve("base"));
        made.addLibraries();
        return made;
    }

    private Blob make(String name, BaseLayout base) throws IOException, ImagesException {
        Layout layout = Layout.in(folder.resolve(name));
        DebianPackage noJdk = new DebianPackage(folder, "", Map.of());
        ImageMaker maker = new ImageMaker(
                folder.resolve("project"),
                "1",
                TIME,
                Optional.empty(),
                new Distribution(Architecture.AMD64, new DebianBase(List.of()), noJdk, folder),
                read(base, Architecture.AMD64));
        Blob made = maker.make(Product.NODE_AGENT, layout);
        layout.name(made, "1");
        return made;
    }

    private BaseImage read(BaseLayout base, Architecture architecture) throws IOException, ImagesException {
        return BaseReader.read(BaseSource.of("oci:" + base.layout().folder(), folder.resolve("cache")), architecture);
    }

    private JsonNode manifest(Blob made) throws IOException {
        return made("made", JSON.valueToTree(made));
    }

    private JsonNode made(String name, JsonNode descriptor) throws IOException {
        return JSON.readTree(folder.resolve(name)
                .resolve("blobs")
                .resolve(descriptor.get("digest").asText().replace(':', '/'))
                .toFile());
    }

    private JsonNode bill(String name) throws IOException {
        UnpackedImage image = UnpackedImage.of(folder.resolve(name), Architecture.AMD64, folder.resolve("root"));
        return JSON.readTree(image.root().resolve(Sbom.PATH.substring(1)).toFile());
    }

    private static List<String> digests(JsonNode descriptors) {
        List<String> digests = new ArrayList<>();
        descriptors.forEach(one -> digests.add(one.get("digest").asText()));
        return digests;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
