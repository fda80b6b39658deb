package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** An image that the project makes, by the name that charts and manifests give it. */
enum Product {
    SERVICE(
            "kubeproxy-fleet-service",
            "The fleet service of Kubeproxy Fleet.",
            "service",
            "fleet-service/target/quarkus-app",
            "quarkus-run.jar",
            "fleet-service/target/quarkus-app/quarkus-app-dependencies.txt"),
    CLI(
            "kubeproxy-fleet-cli",
            "kpfleet, the command line of Kubeproxy Fleet.",
            "cli",
            "cli/target",
            "kpfleet.jar",
            "cli/target/dependencies.txt"),
    NODE_AGENT(
            "kubeproxy-fleet-node-agent",
            "The node agent of Kubeproxy Fleet, as a native image.",
            null,
            "node-agent/target",
            "kpfleet-node-agent-runner",
            "node-agent/target/quarkus-app/quarkus-app-dependencies.txt"),
    NODE_AGENT_JVM(
            "kubeproxy-fleet-node-agent-jvm",
            "The node agent of Kubeproxy Fleet, on a Java runtime.",
            "agent",
            "node-agent/target/quarkus-app",
            "quarkus-run.jar",
            "node-agent/target/quarkus-app/quarkus-app-dependencies.txt");

    /** Where an image has its Java runtime. */
    static final String JAVA = "/usr/lib/kubeproxy-fleet/java";

    /** Where an image has its jars. */
    static final String JARS = "/usr/lib/kubeproxy-fleet/app";

    private static final String NATIVE_BINARY = "/usr/bin/kpfleet-node-agent";

    private final String image;
    private final String description;
    private final @Nullable String runtime;
    private final String folder;
    private final String program;
    private final String libraries;

    Product(
            String image,
            String description,
            @Nullable String runtime,
            String folder,
            String program,
            String libraries) {
        this.image = image;
        this.description = description;
        this.runtime = runtime;
        this.folder = folder;
        this.program = program;
        this.libraries = libraries;
    }

    String image() {
        return image;
    }

    String description() {
        return description;
    }

    /** A native image is made for Intel's and AMD's processors only; see ADR 8. */
    Set<Architecture> architectures() {
        return runtime == null ? Set.of(Architecture.AMD64) : Set.of(Architecture.AMD64, Architecture.ARM64);
    }

    /** Arguments of jlink for the Java runtime, in the project; empty for a native image. */
    Optional<Path> runtime(Path project) {
        return Optional.ofNullable(runtime).map(project.resolve("deploy/images/runtime")::resolve);
    }

    /** What the build of the project makes for it: a jar, or a native image. */
    Path program(Path project) {
        return project.resolve(folder).resolve(program);
    }

    /** The build's list of the libraries in it. */
    Path libraries(Path project) {
        return project.resolve(libraries);
    }

    List<String> entrypoint() {
        return runtime == null ? List.of(NATIVE_BINARY) : List.of(JAVA + "/bin/java", "-jar", JARS + "/" + program);
    }

    /** Its program, and below the same folder what it loads; libraries of others are in {@code lib}. */
    FileTree files(Path project) throws IOException {
        Path built = project.resolve(folder);
        return switch (this) {
            case NODE_AGENT -> new FileTree().program(NATIVE_BINARY, built.resolve(program));
            case CLI -> withItsLibraries(built, program);
            case SERVICE, NODE_AGENT_JVM -> new FileTree().all(JARS, built);
        };
    }

    /** Those that the jar names: of an earlier build others may lie beside them. */
    private static FileTree withItsLibraries(Path folder, String jar) throws IOException {
        FileTree files = new FileTree().file(JARS + "/" + jar, folder.resolve(jar));
        try (JarFile read = new JarFile(folder.resolve(jar).toFile())) {
            for (String library : read.getManifest()
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH)
                    .split(" ")) {
                files.file(JARS + "/" + library, folder.resolve(library));
            }
        }
        return files;
    }
}
