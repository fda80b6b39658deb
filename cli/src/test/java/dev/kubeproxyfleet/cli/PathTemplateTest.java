package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {

    /** A file that kubectl can print without any cluster, and what it prints of it. */
    private static final String CONFIG = """
        {"apiVersion": "v1", "kind": "Config", "current-context": "two",
         "clusters": [
           {"name": "one", "cluster": {"server": "https://one.example", "tls-server-name": "a.b"}},
           {"name": "three", "cluster": {"server": "https://three.example", "proxy-url": "http://proxy.example"}},
           {"name": "two", "cluster": {"server": "https://two.example"}}],
         "contexts": [
           {"name": "one", "context": {"cluster": "one", "user": "ada"}},
           {"name": "two", "context": {"cluster": "two", "user": "bob", "namespace": "web"}}],
         "users": [], "preferences": {}}\
        """;

    private static final Map<String, String> AS_KUBECTL = new TreeMap<>(Map.ofEntries(
            Map.entry("{.current-context}", "two"),
            Map.entry("{$.current-context}", "two"),
            Map.entry("{@.current-context}", "two"),
            Map.entry("{['current-context']}", "two"),
            Map.entry("{.clusters[*].name}", "one three two"),
            Map.entry("{.clusters[*]['name']}", "one three two"),
            Map.entry("{range .clusters[*]}{.name}{\"\\n\"}{end}", "one\nthree\ntwo\n"),
            Map.entry("{range .contexts[*]}{.name}{\"\\t\"}{.context.namespace}{'\\n'}{end}", "one\t\ntwo\tweb\n"),
            Map.entry(
                    "{range .clusters[*]}{range .cluster}{.server}{end};{end}",
                    "https://one.example;https://three.example;https://two.example;"),
            Map.entry("{.clusters[0].name}", "one"),
            Map.entry("{.clusters[-1].name}", "two"),
            Map.entry("{.clusters[-1:].name}", "two"),
            Map.entry("{.clusters[0:2].name}", "one three"),
            Map.entry("{.clusters[0,2].name}", "one two"),
            Map.entry("{.clusters[?(@.name==\"two\")].cluster.server}", "https://two.example"),
            Map.entry("{.clusters[?(@.name!=\"two\")].name}", "one three"),
            Map.entry("{.clusters[?(@.cluster.proxy-url)].name}", "three"),
            Map.entry("{..server}", "https://one.example https://three.example https://two.example"),
            Map.entry("{.clusters[*].cluster.tls\\-server\\-name}", "a.b"),
            Map.entry("{.contexts[0].context.user}{\" and \"}{.contexts[1].context.user}", "ada and bob"),
            Map.entry("name: {.current-context}!", "name: two!"),
            Map.entry("{.nothing}", ""),
            Map.entry("{.clusters[*].nothing}", "")));

    @Test
    void takesWhatKubectlTakes() throws IOException {
        JsonNode config = Json.MAPPER.readTree(CONFIG);

        assertThat(AS_KUBECTL)
                .allSatisfy((template, printed) ->
                        assertThat(PathTemplate.parse(template).render(config)).isEqualTo(printed));
    }

    @Test
    void kubectlSaysTheSame(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(kubectlIsThere(), "there is no kubectl to compare with");
        Path config = Files.writeString(folder.resolve("config"), CONFIG);
        Map<String, String> printed = new TreeMap<>();
        for (String template : AS_KUBECTL.keySet()) {
            printed.put(
                    template,
                    kubectl(List.of(
                            "--kubeconfig", config.toString(), "config", "view", "-o", "jsonpath=" + template)));
        }

        assertThat(printed).isEqualTo(AS_KUBECTL);
    }

    @Test
    void findsNamesWithDotsAndPrintsObjectsAsJson() throws IOException {
        JsonNode cluster = Json.MAPPER.readTree("""
            {"name": "weu-01", "tags": {"a.b/c": "x", "it's": "y"}, "nodeCount": 3, "autoprovisioning": false}\
            """);

        assertThat(PathTemplate.parse("{.tags.a\\.b/c} {.tags['a.b/c']} {.nodeCount} {.autoprovisioning}")
                        .render(cluster))
                .isEqualTo("x x 3 false");
        assertThat(PathTemplate.parse("{.tags}").render(cluster)).isEqualTo("{\"a.b/c\":\"x\",\"it's\":\"y\"}");
        assertThat(PathTemplate.parse("{\"}\"}{.name}").render(cluster)).isEqualTo("}weu-01");
        assertThat(PathTemplate.parse(".name").render(cluster)).isEqualTo("weu-01");
    }

    @Test
    void whatIsFoundSpoilsNoTerminal() throws IOException {
        assertThat(PathTemplate.parse("{.name}").render(Json.MAPPER.readTree("{\"name\": \"a\\u001b[2J\"}")))
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{name}|character 2: a path begins with a dot, as in {.name}, and not with 'name'",
                "a {.clusters[}|character 13: '[' has no ']'",
                "{.clusters[0}{.x}|character 11: '[' has no ']'",
                "{.a..}|character 6: a name is missing",
                "{.a[?(@.b ==]}|character 2: '.a[?(@.b ==]' is no path",
                "{range .a[*]}{.b}|character 1: {range} has no {end}",
                "{.a}{end}|character 5: {end} without {range}",
                "{.a|character 1: '{' has no '}'",
                "{\"a}|character 1: a quote is not closed",
                "{\"a\" .b}|character 2: text in quotes stands alone in its braces",
                "{\"\\q\"}|character 2: an escape that is none"
            })
    void saysWhereATemplateIsWrong(String template, String message) {
        assertThatThrownBy(() -> PathTemplate.parse(template)).hasMessageStartingWith(message);
    }

    private static boolean kubectlIsThere() throws IOException, InterruptedException {
        try {
            kubectl(List.of("version", "--client"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String kubectl(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", command).isZero();
        return output;
    }
}
