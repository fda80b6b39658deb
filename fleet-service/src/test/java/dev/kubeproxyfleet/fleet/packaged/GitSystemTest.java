package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository made with Git itself, the packaged command line, and the packaged service with its Kafka. */
class GitSystemTest {

    private static final Path GIT = Path.of("/usr/bin/git");

    @TempDir
    Path folder;

    private static String config(String name, int priority) {
        return """
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetConfig
                metadata: { name: %s }
                spec:
                  priority: %d
                  kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
                  selector: { tags: { matchLabels: { env: %s } } }
                """.formatted(name, priority, name);
    }

    @Test
    void goodBadAndDeletedFiles() throws Exception {
        assumeTrue(Files.isExecutable(GIT), "skipped: no Git at " + GIT + "; install the package git");
        Path repository = Files.createDirectories(folder.resolve("repository"));
        git(repository, "init", "--initial-branch=main", ".");
        try (WholeSystem system = new WholeSystem(folder)) {
            Person pipeline = Person.whoLogsIn(Files.createDirectories(folder.resolve("settings")), system.address);
            commit(repository, "Begin", "fleet/prod.yaml", config("prod", 0));
            commit(repository, "Have one for tests, too", "fleet/test.yaml", config("test", 0));
            assertThat(sync(pipeline, repository).code()).isZero();
            assertThat(generation(system, "prod")).isEqualTo(1);
            assertThat(audited(system, "prod").get("reason").asText())
                    .matches("commit [0-9a-f]{12} by ada@example\\.org: Have one for tests, too");
            assertThat(audited(system, "prod").get("actor").asText()).isEqualTo("ada@example.org");
            assertThat(sync(pipeline, repository).output()).contains("InStep").doesNotContain("Publish");

            commit(repository, "Change one", "fleet/prod.yaml", config("prod", 1));
            commit(
                    repository,
                    "Break another",
                    "fleet/test.yaml",
                    config("test", 0).replace("mode: IPVS", "mode: BPF"));
            Person.Ended broken = sync(pipeline, repository);
            assertThat(broken.code()).isEqualTo(2);
            assertThat(broken.output()).contains("fleet/test.yaml:6: ", "nothing was published of commit");
            assertThat(generation(system, "prod")).isEqualTo(1);

            commit(repository, "Mend it", "fleet/test.yaml", config("test", 0));
            assertThat(sync(pipeline, repository).code()).isZero();
            assertThat(generation(system, "prod")).isEqualTo(2);
            assertThat(generation(system, "test")).isEqualTo(1);

            system.publish("prod", config("prod", 7));
            Person.Ended overwritten = sync(pipeline, repository);
            assertThat(overwritten.code()).isEqualTo(3);
            assertThat(overwritten.output()).contains("has published something else");
            assertThat(generation(system, "prod")).isEqualTo(3);

            commit(repository, "Take it up", "fleet/prod.yaml", config("prod", 7) + "# as published in the night\n");
            assertThat(sync(pipeline, repository).code()).isZero();
            assertThat(generation(system, "prod"))
                    .as("the same spec starts nothing")
                    .isEqualTo(3);
            assertThat(sync(pipeline, repository).output()).contains("InStep").doesNotContain("Left");

            git(repository, "rm", "-q", "fleet/test.yaml");
            git(repository, "commit", "-q", "-m", "Have none for tests");
            assertThat(sync(pipeline, repository).output()).contains("fleet/test.yaml is gone from Git");
            assertThat(generation(system, "test")).isEqualTo(1);
            assertThat(sync(pipeline, repository, "--prune").output()).contains("Delete");
            assertThat(get(system, "api/v1/configs").findValuesAsText("name"))
                    .contains("prod")
                    .doesNotContain("test");
            assertThat(get(system, "api/v1/origins").findValuesAsText("file")).containsExactly("fleet/prod.yaml");
        }
    }

    private static Person.Ended sync(Person pipeline, Path repository, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("sync", "--repo", repository.toString(), "--path", "fleet"));
        words.addAll(List.of(more));
        return pipeline.does(words.toArray(String[]::new));
    }

    private static long generation(WholeSystem system, String config) throws Exception {
        return get(system, "api/v1/configs/" + config).get("generation").asLong();
    }

    private static JsonNode get(WholeSystem system, String path) throws IOException {
        try (InputStream answer = system.address.resolve(path).toURL().openStream()) {
            return Json.MAPPER.readTree(answer);
        }
    }

    /** The latest that was asked of a config. */
    private static JsonNode audited(WholeSystem system, String config) throws Exception {
        for (JsonNode entry : get(system, "api/v1/audit?config=" + config)) {
            if (entry.get("action").asText().equals("Publish")) {
                return entry;
            }
        }
        throw new AssertionError("nothing was published of " + config);
    }

    private static void commit(Path repository, String message, String file, String content) throws Exception {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        git(repository, "add", file);
        git(repository, "commit", "-q", "-m", message);
    }

    private static void git(Path repository, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                GIT.toString(),
                "-c",
                "user.name=Ada Lovelace",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "commit.gpgsign=false"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
