package dev.kubeproxyfleet.fleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the build, the files of {@code deploy} and the pages fetch from others is of one version, which a change of this tree alone
 * raises. Maven's enforcer holds the POMs to the same. Debian's packages are those of the day on purpose: their updates mend what the
 * images stand on, and each image's bill names them.
 */
class PinnedVersionsTest {

    private static final Path ROOT = Path.of("..");
    private static final Predicate<String> ONE_VERSION =
            Pattern.compile("\\d+\\.\\d+\\.\\d+").asMatchPredicate();

    @Test
    void eachProviderOfTerraform() throws IOException {
        List<String> versions = found("deploy", ".tf", "(?m)^\\s*version\\s*=\\s*\"(.*)\"");

        assertThat(versions).isNotEmpty().allMatch(ONE_VERSION);
    }

    @Test
    void eachPackageOfNpm() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode wanted = json.readTree(Path.of("package.json").toFile()).get("devDependencies");
        JsonNode locked = json.readTree(Path.of("package-lock.json").toFile()).get("packages");

        assertThat(wanted)
                .isNotEmpty()
                .allSatisfy(version -> assertThat(version.asText()).matches(ONE_VERSION));
        assertThat(wanted.fieldNames())
                .toIterable()
                .allSatisfy(name -> assertThat(locked.at("/node_modules~1" + name.replace("/", "~1") + "/version"))
                        .as("package-lock.json has another %s; npm install writes it anew", name)
                        .isEqualTo(wanted.get(name)));
        assertThat(locked.properties())
                .filteredOn(one -> !one.getKey().isEmpty())
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.getValue().path("integrity").asText())
                        .as(one.getKey())
                        .startsWith("sha512-"));
    }

    @Test
    void eachPackageThatTheBuildsMachineIsGivenFromNpm() throws IOException {
        List<String> packages = all("local package=(\\S+)", ROOT.resolve(".ci/run"));

        assertThat(packages).isNotEmpty().allMatch(name -> name.matches("@?[^@]+@\\d+\\.\\d+\\.\\d+"));
    }

    /** Ours are named by the version that is worked on; those of others would need their digest. */
    @Test
    void eachImage() throws IOException {
        List<String> images = found("deploy", ".yaml", "(?m)^\\s*(?:- )?image: *\"?([^\\s{\"]+)");

        assertThat(images)
                .isNotEmpty()
                .allMatch(
                        name -> name.matches(
                                "kubeproxy-fleet-(service|cli|node-agent|node-agent-jvm):\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?|.*@sha256:\\p{XDigit}{64}"));
    }

    /** Strimzi's is the one whose types our files are checked with. */
    @Test
    void eachChartOfOthers() throws IOException {
        String strimzi = all("<strimzi.version>(.*)</strimzi.version>", ROOT.resolve("pom.xml"))
                .getFirst();
        List<String> charts = found("docs", ".md", "(?m)^(helm (?:install|upgrade|pull) .*\\boci://.*)$");

        assertThat(charts)
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command)
                        .containsPattern(
                                command.contains("strimzi")
                                        ? "--version " + strimzi + "( |$)"
                                        : "--version \\d+\\.\\d+\\.\\d+"));
    }

    private static List<String> found(String folder, String ending, String pattern) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            for (Path file : files.filter(path ->
                            path.toString().endsWith(ending) && !path.toString().contains("/target/"))
                    .toList()) {
                found.addAll(all(pattern, file));
            }
        }
        return found;
    }

    /** What the pattern's group is in each of its places in the file. */
    private static List<String> all(String pattern, Path file) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        return matcher.results().map(result -> result.group(1)).toList();
    }
}
