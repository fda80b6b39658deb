package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of the example pipelines, in a repository, with programs that only write down how they were called: the command line takes
 * each call that reaches it.
 */
@Timeout(60)
class WorkflowsTest {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("project.root", "..")).resolve("deploy/ci");
    private static final String IMAGE = "registry.example/kpfleet:1";

    @TempDir
    Path folder;

    private Path repository = Path.of("");
    private Path calls = Path.of("");

    @BeforeEach
    void layOut() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash to run scripts with");
        repository = Files.createDirectories(folder.resolve("a repository"));
        calls = folder.resolve("calls");
        Files.createDirectories(repository.resolve("fleet/strategies"));
        for (String file : List.of("fleet/prod.yaml", "fleet/with blank.yaml", "fleet/strategies/careful.yaml")) {
            Files.writeString(repository.resolve(file), "");
        }
        stub(
                "docker",
                "while [[ \"$1\" != '" + IMAGE + "' ]]; do shift; done; shift\n" + "printf '%s\\0' \"$@\" >> '" + calls
                        + "'; printf '\\n' >> '" + calls + "'");
        stub("az", "echo a-token");
        stub("git", "case $1 in rev-parse) echo 0123456789ab ;; *) echo 'Raise the timeout' ;; esac");
        stub("gh", "true");
    }

    @Test
    void thoseOfGitHubActionsCallTheCommandLineAsItIsCalled() throws IOException, InterruptedException {
        JsonNode workflow = new YAMLMapper()
                .readTree(EXAMPLES.resolve("github-actions.yaml").toFile());
        for (JsonNode step : workflow.at("/jobs/review/steps")) {
            run(step.path("run").asText());
        }
        assertThat(called())
                .containsExactly(
                        lint(),
                        with(lint(), "-o", "sarif"),
                        List.of("login", "--federated"),
                        with(plan(), "-o", "markdown"));

        Files.delete(calls);
        for (JsonNode step : workflow.at("/jobs/publish/steps")) {
            run(step.path("run").asText());
        }
        assertThat(called()).containsExactly(List.of("login", "--federated"), apply());
        // Whatever an expression gives would be part of the script.
        assertThat(workflow.findValuesAsText("run")).noneMatch(script -> script.contains("${{"));
        assertThat(workflow.findValuesAsText("uses")).isNotEmpty().allMatch(action -> action.matches("[^@]+@v\\d+"));
    }

    @Test
    void thoseOfAzurePipelinesCallTheCommandLineAsItIsCalled() throws IOException, InterruptedException {
        JsonNode pipeline = new YAMLMapper()
                .readTree(EXAMPLES.resolve("azure-pipelines.yaml").toFile());
        for (JsonNode step : pipeline.path("steps")) {
            run(step.path("bash").asText(step.at("/inputs/inlineScript").asText()));
        }
        assertThat(called()).containsExactly(lint(), with(plan(), "-o", "markdown"), apply());
    }

    /** It may write nothing but the folder for its login, and mounts only what is there. */
    @Test
    void thePodThatSyncsCallsTheCommandLineAsItIsCalled() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        List<JsonNode> objects = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(EXAMPLES.resolve("sync.yaml").toFile())
                .readAll();
        JsonNode pod = objects.getLast().at("/spec/template/spec");
        List<String> volumes = pod.path("volumes").findValuesAsText("name");
        List<JsonNode> containers = new ArrayList<>();
        pod.path("initContainers").forEach(containers::add);
        pod.path("containers").forEach(containers::add);

        assertThat(containers).hasSize(2).allSatisfy(container -> {
            List<String> words = new ArrayList<>();
            container.path("args").forEach(word -> words.add(word.asText()));
            assertThatCode(() -> new Console().accepts(words.toArray(String[]::new)))
                    .as(words.toString())
                    .doesNotThrowAnyException();
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .isTrue();
            assertThat(volumes).containsAll(container.path("volumeMounts").findValuesAsText("name"));
        });
        assertThat(objects.getFirst().at("/metadata/name").asText())
                .isEqualTo(pod.path("serviceAccountName").asText());
    }

    private static List<String> lint() {
        return with(List.of("lint"), files());
    }

    private static List<String> plan() {
        return with(List.of("plan"), files());
    }

    private static List<String> apply() {
        return with(with(List.of("apply"), files()), "--reason", "commit 0123456789ab: Raise the timeout");
    }

    private static String[] files() {
        return new String[] {
            "-f", "fleet/prod.yaml", "-f", "fleet/strategies/careful.yaml", "-f", "fleet/with blank.yaml"
        };
    }

    private static List<String> with(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    /** What reached the command line; each of it is something that it takes. */
    private List<List<String>> called() throws IOException {
        List<List<String>> called = Files.readAllLines(calls).stream()
                .map(line -> List.of(line.split("\0")))
                .toList();
        called.forEach(words -> assertThatCode(() -> new Console().accepts(words.toArray(String[]::new)))
                .as(words.toString())
                .doesNotThrowAnyException());
        return called;
    }

    private void run(String script) throws IOException, InterruptedException {
        if (script.isEmpty()) {
            return;
        }
        ProcessBuilder bash = new ProcessBuilder("/bin/bash", "-e", "-o", "pipefail", "-c", script)
                .directory(repository.toFile())
                .redirectErrorStream(true);
        bash.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        bash.environment().put("LC_ALL", "C");
        bash.environment().put("KPFLEET_IMAGE", IMAGE);
        bash.environment().put("KPFLEET_RESOURCE", "api://fleet");
        bash.environment().put("PULL_REQUEST", "7");
        bash.environment().put("RUNNER_TEMP", folder.toString());
        bash.environment().put("BUILD_ARTIFACTSTAGINGDIRECTORY", folder.toString());
        Process process = bash.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void stub(String program, String work) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(program);
        Files.writeString(file, "#!/bin/bash\n" + work + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
