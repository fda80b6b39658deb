package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packages of Debian's stable release, fetched by this machine's apt, which checks Debian's signature on them. It works in a folder of
 * its own, so that the release and architecture of this machine, and what is installed on it, do not matter.
 */
final class Apt {

    /** The release that images are made of; its updates and security updates come with it. */
    static final String RELEASE = "trixie";

    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    /** As apt prints what it would fetch: {@code 'http://…' name_version_architecture.deb 88320 SHA256:…}. */
    private static final Pattern URI_LINE = Pattern.compile("^'[^']+' (\\S+\\.deb) \\d+ SHA256:[0-9a-f]{64}$");

    /** {@code archive} has the releases and their updates, {@code security} the security updates. */
    record Mirrors(URI archive, URI security) {

        /** Those that this machine installs Debian's packages from. */
        static Mirrors ofThisMachine() throws ImagesException {
            List<String> sources =
                    run(List.of("apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)"), Path.of("/"));
            return new Mirrors(of("Debian Debian ", sources), of("Debian Debian-Security ", sources));
        }

        private static URI of(String beginning, List<String> sources) throws ImagesException {
            return sources.stream()
                    .filter(source -> source.startsWith(beginning))
                    .map(source -> URI.create(source.substring(beginning.length())))
                    .findFirst()
                    .orElseThrow(() -> new ImagesException("""
                            apt knows no mirror of Debian on this machine, or has not read it yet. Run 'apt-get update', or give \
                            --mirror and --security-mirror, which end in debian and debian-security"""));
        }
    }

    private final Path folder;
    private final Architecture architecture;

    private Apt(Path folder, Architecture architecture) {
        this.folder = folder;
        this.architecture = architecture;
    }

    /** Reads the mirrors' lists of packages. {@code cache} keeps lists and packages for the next time. */
    static Apt update(Path cache, Architecture architecture, Mirrors mirrors) throws IOException, ImagesException {
        if (!Files.isReadable(KEYRING)) {
            throw new ImagesException(KEYRING
                    + ", which Debian's packages are checked with, is missing: apt-get install debian-archive-keyring");
        }
        Path folder = cache.toAbsolutePath().resolve(architecture.id());
        for (String needed : List.of("lists/partial", "packages", "none")) {
            Files.createDirectories(folder.resolve(needed));
        }
        String signed = "deb [signed-by=" + KEYRING + "] ";
        Files.write(
                folder.resolve("sources.list"),
                List.of(
                        signed + mirrors.archive() + " " + RELEASE + " main",
                        signed + mirrors.archive() + " " + RELEASE + "-updates main",
                        signed + mirrors.security() + " " + RELEASE + "-security main"));
        Files.writeString(folder.resolve("status"), "");
        Apt apt = new Apt(folder, architecture);
        run(apt.command("update", "-qq", "--error-on=any"), folder);
        return apt;
    }

    /** The newest packages of these names, as files. */
    List<DebianPackage> download(Set<String> names) throws IOException, ImagesException {
        Path packages = folder.resolve("packages");
        List<String> files = new ArrayList<>();
        // In an empty folder: it says nothing of what it need not fetch.
        for (String line : run(
                command(Stream.concat(
                        Stream.of("download", "--print-uris"), names.stream().sorted())),
                folder.resolve("none"))) {
            Matcher matcher = URI_LINE.matcher(line);
            if (matcher.matches()) {
                files.add(matcher.group(1));
            }
        }
        if (files.size() != names.size()) {
            throw new ImagesException("of " + names + " apt finds " + files + " only, for " + architecture.id());
        }
        try (Stream<Path> before = Files.list(packages)) {
            for (Path old : (Iterable<Path>) before::iterator) {
                if (!files.contains(old.getFileName().toString())) {
                    Files.delete(old);
                }
            }
        }
        run(command(Stream.concat(Stream.of("download", "-qq"), names.stream().sorted())), packages);
        List<DebianPackage> read = new ArrayList<>();
        for (String file : files) {
            read.add(DebianPackage.read(packages.resolve(file)));
        }
        return read;
    }

    private List<String> command(String... arguments) {
        return command(Arrays.stream(arguments));
    }

    private List<String> command(Stream<String> arguments) {
        List<String> command = new ArrayList<>(List.of("apt-get"));
        for (String option : List.of(
                "Dir::Etc::sourcelist=" + folder.resolve("sources.list"),
                "Dir::Etc::sourceparts=" + folder.resolve("none"),
                "Dir::Etc::preferences=" + folder.resolve("none/preferences"),
                "Dir::Etc::preferencesparts=" + folder.resolve("none"),
                "Dir::State::lists=" + folder.resolve("lists"),
                "Dir::State::status=" + folder.resolve("status"),
                "Dir::Cache=" + folder,
                "APT::Architecture=" + architecture.id(),
                "APT::Architectures=" + architecture.id(),
                "Acquire::Languages=none",
                // Its own user may not write here.
                "APT::Sandbox::User=root")) {
            command.add("-o");
            command.add(option);
        }
        arguments.forEach(command::add);
        return command;
    }

    private static List<String> run(List<String> command, Path folder) throws ImagesException {
        return Commands.run(
                command,
                folder,
                "apt-get, which fetches Debian's packages for the images, failed; it is there on Debian and Ubuntu");
    }
}
