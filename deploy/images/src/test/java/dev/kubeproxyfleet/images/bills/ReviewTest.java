package dev.kubeproxyfleet.images.bills;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library gets to people only if the bill names it, byte by byte, under a licence that somebody has read. */
class ReviewTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AllowedLicences ALLOWED = new AllowedLicences(List.of(
            new AllowedLicences.Licence("MIT", List.of("MIT", "The MIT License"), "It asks for its notice."),
            new AllowedLicences.Licence("Apache-2.0", List.of("Apache-2.0"), "It asks for its notice, too.")));

    @TempDir
    Path project;

    private final Map<Program, List<Map<String, Object>>> bills = new EnumMap<>(Program.class);

    @BeforeEach
    void programsWithoutLibraries() throws IOException {
        ship(Program.COMMAND_LINE);
        ship(Program.SANDBOX);
        for (String module : List.of("fleet-service", "node-agent")) {
            Files.createDirectories(project.resolve(module).resolve("target/quarkus-app/lib/main"));
        }
    }

    @Test
    void whatSeveralProgramsShipIsListedOnce() throws IOException {
        named(
                Program.SERVICE,
                "org.example:one:1",
                library("fleet-service/target/quarkus-app/lib/main/one.jar"),
                "Apache-2.0");
        named(Program.COMMAND_LINE, "org.example:one:1", library("cli/target/lib/one.jar"), "Apache-2.0");
        ship(Program.COMMAND_LINE, "one.jar");

        Review review = review();

        assertThat(review.problems()).isEmpty();
        assertThat(review.libraries().all()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("org.example:one:1");
            assertThat(one.licence()).isEqualTo("Apache-2.0");
            assertThat(one.programs()).containsExactly("command line", "service");
        });
    }

    @Test
    void otherBytesThanInTheBill() throws IOException {
        named(Program.SERVICE, "org.example:one:1", "0".repeat(64), "MIT");
        library("fleet-service/target/quarkus-app/lib/main/one.jar");

        assertThat(review().problems())
                .singleElement()
                .asString()
                .contains("service", "fleet-service/target/quarkus-app/lib/main/one.jar", "target/bom.json");
    }

    /** The list has the digest of what is shipped. */
    @Test
    void theJarThatQuarkusChangesGoesByItsName() throws IOException {
        named(Program.SERVICE, "io.fabric8:kubernetes-httpclient-vertx:7", "0".repeat(64), "MIT");
        String digest =
                library("fleet-service/target/quarkus-app/lib/main/io.fabric8.kubernetes-httpclient-vertx-7.jar");

        assertThat(review().libraries().all()).extracting(Library::sha256).containsExactly(digest);
    }

    @Test
    void aLicenceThatNobodyHasRead() throws IOException {
        named(Program.AGENT, "org.example:one:1", library("node-agent/target/quarkus-app/lib/main/one.jar"), "Other");

        assertThat(review().problems())
                .singleElement()
                .asString()
                .contains(
                        "agent",
                        "org.example:one:1",
                        "'Other'",
                        "deploy/bills/allowed-licences.json",
                        "Read the licence");
    }

    @Test
    void noLicence() throws IOException {
        named(Program.AGENT, "org.example:one:1", library("node-agent/target/quarkus-app/lib/main/one.jar"));

        assertThat(review().problems()).singleElement().asString().contains("org.example:one:1", "no licence");
    }

    @Test
    void ofSeveralLicencesTheFirstThatIsAllowed() throws IOException {
        named(
                Program.AGENT,
                "org.example:one:1",
                library("node-agent/target/quarkus-app/lib/main/one.jar"),
                "Other",
                "Apache-2.0",
                "The MIT License");

        assertThat(review().libraries().all()).extracting(Library::licence).containsExactly("MIT");
    }

    @Test
    void oursAreNotListed() throws IOException {
        library("node-agent/target/quarkus-app/lib/main/dev.kubeproxyfleet.schemas-1.jar");
        library("cli/target/lib/schemas-1.jar");
        ship(Program.COMMAND_LINE, "schemas-1.jar");

        assertThat(review()).isEqualTo(new Review(new Libraries(List.of()), List.of()));
    }

    @Test
    void whatIsBundledIntoThePageIsShipped() throws IOException {
        named(Program.SERVICE, "org.mvnpm:lit:3", "0".repeat(64), "MIT");

        assertThat(review().libraries().all()).extracting(Library::name).containsExactly("org.mvnpm:lit:3");
    }

    /** What only the build needs. */
    @Test
    void whatIsInABillAndNotShippedNeedsNoLicence() throws IOException {
        named(Program.SERVICE, "org.example:one:1", "0".repeat(64));

        assertThat(review()).isEqualTo(new Review(new Libraries(List.of()), List.of()));
    }

    /** A library of an earlier build may lie beside those that the jar names. */
    @Test
    void whatTheJarDoesNotNameIsNotShipped() throws IOException {
        library("cli/target/lib/old.jar");

        assertThat(review().problems()).isEmpty();
    }

    private Review review() throws IOException {
        for (Program program : Program.values()) {
            Path bill = program.bill(project);
            Files.createDirectories(bill.getParent());
            JSON.writeValue(bill.toFile(), Map.of("components", bills.getOrDefault(program, List.of())));
        }
        return Review.of(project, ALLOWED);
    }

    private void named(Program program, String name, String sha256, String... licences) {
        String[] parts = name.split(":");
        bills.computeIfAbsent(program, _ -> new ArrayList<>())
                .add(Map.of(
                        "group", parts[0],
                        "name", parts[1],
                        "version", parts[2],
                        "hashes", List.of(Map.of("alg", "SHA-256", "content", sha256)),
                        "licenses",
                                List.of(licences).stream()
                                        .map(licence -> Map.of("license", Map.of("name", licence)))
                                        .toList()));
    }

    /** Makes the file, which holds its own name, and returns its digest. */
    private String library(String path) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, file.getFileName().toString());
        return Digests.sha256(file);
    }

    /** Makes the program's jar, which names these libraries. */
    private void ship(Program program, String... libraries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        String.join(
                                " ",
                                List.of(libraries).stream().map("lib/"::concat).toList()));
        Path jar = project.resolve(
                program == Program.SANDBOX ? "simulator/target/simulator.jar" : "cli/target/kpfleet.jar");
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }
}
