package dev.kubeproxyfleet.images.bills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that people get from us, and the module that it is made of. */
enum Program {
    SERVICE("service", "fleet-service", "fleet-service/target/quarkus-app/quarkus-run.jar"),
    AGENT("agent", "node-agent", "node-agent/target/quarkus-app/quarkus-run.jar"),
    COMMAND_LINE("command line", "cli", "cli/target/kpfleet.jar"),
    SANDBOX("sandbox", "simulator", "simulator/target/simulator.jar");

    /** Our own modules, as Quarkus names their jars, and as Maven does. */
    private static final Pattern OURS = Pattern.compile("dev\\.kubeproxyfleet\\..+|(schemas|node-agent)-.+");

    private final String title;
    private final String module;
    private final String jar;

    Program(String title, String module, String jar) {
        this.title = title;
        this.module = module;
        this.jar = jar;
    }

    String title() {
        return title;
    }

    String module() {
        return module;
    }

    boolean isBuilt(Path project) {
        return Files.exists(project.resolve(jar));
    }

    Path bill(Path project) {
        return project.resolve(module).resolve("target/bom.json");
    }

    /**
     * The libraries of others that it loads.
     *
     * @return the SHA-256 of each in hexadecimal digits, by its path in the project
     */
    Map<String, String> libraries(Path project) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (Path library : files(project.resolve(jar))) {
            if (!OURS.matcher(library.getFileName().toString()).matches()) {
                digests.put(project.relativize(library).toString(), Digests.sha256(library));
            }
        }
        return digests;
    }

    /** Quarkus begins its folder anew in each build. In others, libraries of an earlier build may lie beside those that the jar names. */
    private List<Path> files(Path program) throws IOException {
        Path folder = program.resolveSibling("lib");
        if (program.endsWith("quarkus-run.jar")) {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> file.toString().endsWith(".jar")).toList();
            }
        }
        try (JarFile read = new JarFile(program.toFile())) {
            String classPath = read.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return Arrays.stream(classPath.split(" "))
                    .filter(Predicate.not(String::isEmpty))
                    .map(program::resolveSibling)
                    .toList();
        }
    }
}
