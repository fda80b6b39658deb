package dev.kubeproxyfleet.fleet.packaged;

import io.quarkus.bootstrap.resolver.maven.BootstrapMavenException;
import io.quarkus.bootstrap.resolver.maven.MavenArtifactResolver;
import io.quarkus.maven.dependency.ArtifactCoords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;

/** The last release, of which {@code .ci/release} has kept what is ours; its libraries come from Maven, in the versions it had. */
final class ReleasedVersion {

    private static final Path KEPT = Path.of("src", "test", "released");
    private static final String OURS = "dev.kubeproxyfleet";

    private ReleasedVersion() {}

    /** Such as {@code 0.1.0}. */
    static String version() throws IOException {
        return Files.readString(KEPT.resolve("version")).strip();
    }

    /**
     * Puts an application together as it was packaged, below {@code target}.
     *
     * @param application {@code fleet-service} or {@code node-agent}
     * @return the jar that runs it
     */
    static Path assemble(String application) throws IOException {
        Path kept = KEPT.resolve(application);
        Path folder = Path.of("target", "released", version(), application).toAbsolutePath();
        copy(kept, folder);
        Path boot = Files.createDirectories(folder.resolve("lib").resolve("boot"));
        Path main = folder.resolve("lib").resolve("main");
        try {
            MavenArtifactResolver maven =
                    MavenArtifactResolver.builder().setWorkspaceDiscovery(false).build();
            for (String line : Files.readAllLines(kept.resolve("quarkus-app-dependencies.txt"))) {
                ArtifactCoords coords = ArtifactCoords.fromString(line);
                if (!coords.getGroupId().equals(OURS)) {
                    Path library = maven.resolve(artifact(coords))
                            .getArtifact()
                            .getFile()
                            .toPath();
                    // The list does not say in which of the two folders the application had it, and looks for it.
                    for (Path lib : List.of(boot, main)) {
                        link(lib.resolve(coords.getGroupId() + "." + library.getFileName()), library);
                    }
                }
            }
        } catch (BootstrapMavenException e) {
            throw new IllegalStateException("a library of version " + version() + " cannot be had", e);
        }
        return folder.resolve("quarkus-run.jar");
    }

    private static void link(Path link, Path library) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, library);
    }

    private static Artifact artifact(ArtifactCoords coords) {
        return new DefaultArtifact(
                coords.getGroupId(),
                coords.getArtifactId(),
                coords.getClassifier(),
                coords.getType(),
                coords.getVersion());
    }

    private static void copy(Path tree, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(tree.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
