package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kpfleet images}. */
@Command(
        name = "kpfleet images",
        mixinStandardHelpOptions = true,
        description =
                "Makes the images of service, command line and agents as OCI image layouts, without a container engine.")
final class Images implements Callable<Integer> {

    private static final int FAILED = 1;

    @Option(names = "--project", hidden = true, required = true)
    private Path project = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Where to; a layout for each image (target/images).")
    private @Nullable Path output;

    @Option(
            names = "--only",
            paramLabel = "IMAGE",
            split = ",",
            description = "Names of the images to make, such as kubeproxy-fleet-service; all of them if none is given.")
    private Set<String> only = Set.of();

    @Option(names = "--architecture", paramLabel = "NAME", split = ",", description = "amd64, arm64 or both (both).")
    private Set<Architecture> architectures = Set.of();

    @Option(
            names = "--base",
            paramLabel = "IMAGE",
            description =
                    "What images stand on instead of Debian's libraries: the folder of an OCI image layout, or an image such as registry.example/base:1. It needs glibc 2.38 or later, libstdc++, libgcc and zlib.")
    private @Nullable String base;

    @Option(names = "--mirror", paramLabel = "URL", description = "Mirror of Debian; this machine's if it has one.")
    private @Nullable URI mirror;

    @Option(
            names = "--security-mirror",
            paramLabel = "URL",
            description = "Mirror of Debian's security updates; this machine's if it has one.")
    private @Nullable URI securityMirror;

    @Option(
            names = "--push",
            paramLabel = "REGISTRY",
            description =
                    "Push the images there, such as to registry.example/team. Who may is who has logged in with docker or podman.")
    private @Nullable String push;

    @Option(names = "--revision", hidden = true)
    private @Nullable String revision;

    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Images()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((e, line, _) -> {
            if (e instanceof ImagesException) {
                line.getErr().println("kpfleet images: " + e.getMessage());
                return FAILED;
            }
            throw e;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws IOException, ImagesException {
        PrintWriter out = spec().commandLine().getOut();
        String version = version();
        Path folder = Optional.ofNullable(output).orElseGet(() -> project.resolve("target/images"));
        List<Product> products = products();
        Map<Architecture, ImageMaker> makers = makers(products, version);
        for (Product product : products) {
            Path at = folder.resolve(product.image());
            Folders.delete(at);
            Layout layout = Layout.in(at);
            List<Layout.Platform> images = new ArrayList<>();
            for (Architecture architecture : architecturesOf(product)) {
                images.add(new Layout.Platform(
                        architecture,
                        Objects.requireNonNull(makers.get(architecture)).make(product, layout)));
            }
            Blob named = images.size() == 1 ? images.getFirst().image() : layout.addIndex(images);
            layout.name(named, version);
            String where = at.toString();
            if (push != null) {
                Destination destination = new Destination(push);
                destination.push(layout, named, product.image(), version);
                where = destination.nameOf(product.image(), version);
            }
            out.printf("%s:%s  %s  %.1f MB  %s%n", product.image(), version, named.digest(), megabytes(layout), where);
        }
        return CommandLine.ExitCode.OK;
    }

    /** For each architecture that one of the products is made for. A base that cannot be used is refused before anything is fetched. */
    private Map<Architecture, ImageMaker> makers(List<Product> products, String version)
            throws IOException, ImagesException {
        Set<Architecture> needed = EnumSet.noneOf(Architecture.class);
        products.forEach(product -> needed.addAll(architecturesOf(product)));
        Map<Architecture, Base> given = new EnumMap<>(Architecture.class);
        if (base != null) {
            BaseSource source = BaseSource.of(base, project.resolve(".kpfleet/base"));
            for (Architecture architecture : needed) {
                given.put(architecture, BaseReader.read(source, architecture));
            }
        }
        Instant created = Instant.parse(build().getProperty("created"));
        Apt.Mirrors mirrors = mirrors();
        Map<Architecture, ImageMaker> makers = new EnumMap<>(Architecture.class);
        for (Architecture architecture : needed) {
            Distribution debian = Distribution.fetch(project.resolve(".kpfleet/debian"), architecture, mirrors);
            makers.put(
                    architecture,
                    new ImageMaker(
                            project,
                            version,
                            created,
                            Optional.ofNullable(revision),
                            debian,
                            given.getOrDefault(architecture, debian.base())));
        }
        return makers;
    }

    /** Without the native agent where there is none, unless it is asked for by name. */
    private List<Product> products() throws ImagesException {
        List<Product> chosen = Stream.of(Product.values())
                .filter(product -> only.isEmpty() || only.contains(product.image()))
                .toList();
        if (chosen.size() < only.size()) {
            throw new ImagesException("there is no image " + String.join(",", only) + "; there are "
                    + Stream.of(Product.values()).map(Product::image).collect(Collectors.joining(", ")));
        }
        List<Product> built = new ArrayList<>();
        for (Product product : chosen) {
            if (architecturesOf(product).isEmpty() && !only.isEmpty()) {
                throw new ImagesException(product.image() + " is not made for " + ids(architectures) + ", but for "
                        + ids(product.architectures()));
            } else if (architecturesOf(product).isEmpty()) {
                spec().commandLine()
                        .getErr()
                        .println(product.image() + " is left out: it is made for " + ids(product.architectures()));
            } else if (Files.exists(product.program(project))) {
                built.add(product);
            } else if (product == Product.NODE_AGENT && only.isEmpty()) {
                spec().commandLine()
                        .getErr()
                        .println(product.image() + " is left out: there is no native-image here to build it with");
            } else {
                throw new ImagesException(product.image() + " cannot be made: there is no " + product.program(project)
                        + (product == Product.NODE_AGENT ? "; './kpfleet native' says what builds it" : ""));
            }
        }
        return built;
    }

    private static String ids(Set<Architecture> architectures) {
        return architectures.stream().map(Architecture::id).sorted().collect(Collectors.joining(" and "));
    }

    private List<Architecture> architecturesOf(Product product) {
        return Stream.of(Architecture.values())
                .filter(product.architectures()::contains)
                .filter(it -> architectures.isEmpty() || architectures.contains(it))
                .toList();
    }

    private Apt.Mirrors mirrors() throws ImagesException {
        if (mirror != null && securityMirror != null) {
            return new Apt.Mirrors(mirror, securityMirror);
        }
        Apt.Mirrors here = Apt.Mirrors.ofThisMachine();
        return new Apt.Mirrors(
                Objects.requireNonNullElse(mirror, here.archive()),
                Objects.requireNonNullElse(securityMirror, here.security()));
    }

    /** Bytes of all blobs, in millions. */
    private static double megabytes(Layout layout) throws IOException {
        try (Stream<Path> blobs = Files.list(layout.folder().resolve("blobs/sha256"))) {
            long bytes = 0;
            for (Path blob : (Iterable<Path>) blobs::iterator) {
                bytes += Files.size(blob);
            }
            return bytes / 1e6;
        }
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    /** That of the project. */
    static String version() throws IOException {
        return build().getProperty("version");
    }

    private static Properties build() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Images.class.getResourceAsStream("build.properties")) {
            properties.load(Objects.requireNonNull(in));
        }
        return properties;
    }
}
