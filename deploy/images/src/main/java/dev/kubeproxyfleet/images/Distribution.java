package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What images for one architecture take from Debian.
 *
 * @param base the packages that are in each image that stands on no other base
 * @param jdk the package that Java runtimes are linked from
 * @param modules folder of the modules in {@code jdk}
 */
record Distribution(Architecture architecture, DebianBase base, DebianPackage jdk, Path modules) {

    private static final String JDK = "openjdk-25-jdk-headless";
    private static final String MODULES = "/jmods/";

    /** Fetches the newest packages, unless {@code cache} has them already. */
    static Distribution fetch(Path cache, Architecture architecture, Apt.Mirrors mirrors)
            throws IOException, ImagesException {
        Set<String> names = new LinkedHashSet<>(DebianBase.PACKAGES);
        names.add(JDK);
        List<DebianPackage> packages = Apt.update(cache, architecture, mirrors).download(names);
        DebianPackage jdk = packages.stream()
                .filter(one -> one.name().equals(JDK))
                .findFirst()
                .orElseThrow();
        Path modules = cache.resolve(architecture.id() + "-modules");
        unpack(jdk, modules);
        return new Distribution(
                architecture,
                new DebianBase(packages.stream().filter(one -> one != jdk).toList()),
                jdk,
                modules);
    }

    private static void unpack(DebianPackage jdk, Path modules) throws IOException {
        Path version = modules.resolve("version");
        if (Files.exists(version) && Files.readString(version).equals(jdk.version())) {
            return;
        }
        Folders.delete(modules);
        Files.createDirectories(modules);
        jdk.forEach((path, entry) -> {
            int name = path.indexOf(MODULES);
            if (name >= 0 && entry instanceof FileTree.Content content) {
                try {
                    Files.write(
                            modules.resolve(path.substring(name + MODULES.length())),
                            content.source().read());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        Files.writeString(version, jdk.version());
    }

    /**
     * Links a Java runtime, which needs not run here.
     *
     * @param arguments file of arguments for jlink
     * @param folder where to; is made
     */
    void linkRuntime(Path arguments, Path folder) throws ImagesException {
        // As a process: only its launcher reads files of arguments.
        Commands.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                        "@" + arguments,
                        "--module-path",
                        modules.toString(),
                        "--output",
                        folder.toString()),
                modules,
                "JDK " + Runtime.version() + " cannot link the modules of Debian's " + jdk.version()
                        + "; it has to be a JDK 25 with jlink");
    }
}
