package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code kpfleet} in a source tree of its own, with a JDK and a Maven that only say what they were asked. */
@Timeout(60)
class LauncherTest {

    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));

    @TempDir
    private Path folder = Path.of("");

    private Path tree = Path.of("");

    private record Ended(int code, String output) {}

    @BeforeEach
    void layOut() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash to run the launcher with");
        tree = Files.createDirectories(folder.resolve("tree with blanks"));
        Files.createDirectories(tree.resolve("cli/src/main"));
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        Files.writeString(tree.resolve("cli/src/main/Source.java"), "class Source {}");
        executable(tree.resolve("kpfleet"), Files.readString(PROJECT.resolve("kpfleet")));
        Path jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"25.0.1\"\n");
        executable(jdk.resolve("bin/javac"), "#!/bin/bash\n");
        executable(
                jdk.resolve("bin/java"),
                "#!/bin/bash\n[[ \"$*\" == *AOTCacheOutput* ]] || { echo \"java ${*: -2}\"; exit 7; }\n");
        maven("mkdir -p cli/target && touch cli/target/kpfleet.jar");
    }

    private void maven(String work) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        executable(
                folder.resolve("bin/mvn"),
                "#!/bin/bash\necho built >>'" + folder.resolve("builds") + "'\n" + work + "\n");
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private ProcessBuilder launch(Path script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        return builder;
    }

    private Ended run(Path script, String... arguments) throws IOException, InterruptedException {
        return end(launch(script, arguments).start());
    }

    private static Ended end(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private long builds() throws IOException {
        return Files.exists(folder.resolve("builds"))
                ? Files.readAllLines(folder.resolve("builds")).size()
                : 0;
    }

    @Test
    void buildsWhatIsMissingThenHandsOverArgumentsAndExitCode() throws Exception {
        assertThat(run(tree.resolve("kpfleet"), "get", "rollouts"))
                .isEqualTo(new Ended(7, "building cli …\njava get rollouts\n"));
        assertThat(run(tree.resolve("kpfleet"), "get", "rollouts")).isEqualTo(new Ended(7, "java get rollouts\n"));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        run(tree.resolve("kpfleet"), "--version");
        Files.setLastModifiedTime(
                tree.resolve("cli/src/main/Source.java"),
                FileTime.from(Instant.now().plusSeconds(5)));

        assertThat(run(tree.resolve("kpfleet"), "--version").output()).startsWith("building cli …");
    }

    @Test
    void exploringSaysHowToReplayWhatFailed() throws Exception {
        Path tests = Files.createDirectories(tree.resolve("cli/src/test"));
        Files.writeString(tests.resolve("LineProperties.java"), "    @Property\n    void fits() {}\n");
        Files.writeString(tests.resolve("OtherTest.java"), "    @Test\n    void fits() {}\n");
        maven("""
                for each in "$@"; do
                  case $each in
                    -Dtest=*) [[ $each == -Dtest=LineProperties ]] || exit 3 ;;
                    -Dkpfleet.properties.seed=*) [[ $each == *=fresh ]] || exit 4 ;;
                    -Dkpfleet.properties.failures=*) echo 'a.LineProperties#fits=-42' >>"${each#*=}" ;;
                  esac
                done
                """);

        Ended explored = run(tree.resolve("kpfleet"), "explore", "--minutes", "1");

        assertThat(explored.code()).isEqualTo(1);
        assertThat(explored.output()).contains("kpfleet explore --replay 'a.LineProperties#fits=-42'\n");
        assertThat(builds()).as("rounds").isEqualTo(1);
    }

    @Test
    void replayingRunsOnePropertyWithItsSeed() throws Exception {
        maven("echo \"$*\"");

        assertThat(run(tree.resolve("kpfleet"), "explore", "--replay", "a.LineProperties#fits=-42"))
                .satisfies(replayed -> {
                    assertThat(replayed.code()).isZero();
                    assertThat(replayed.output())
                            .contains(" -Dtest=a.LineProperties#fits ", " -Dkpfleet.properties.seed=-42");
                });
    }

    @Test
    void exploringRefusesWhatItDoesNotUnderstand() throws Exception {
        for (List<String> arguments : List.of(
                List.of("--minutes", "soon"), List.of("--minutes"), List.of("--replay", "fits"), List.of("--more"))) {
            List<String> command = new ArrayList<>(List.of("explore"));
            command.addAll(arguments);
            assertThat(run(tree.resolve("kpfleet"), command.toArray(String[]::new)))
                    .satisfies(refused -> {
                        assertThat(refused.code()).isEqualTo(2);
                        assertThat(refused.output()).contains("explore").contains(" takes ");
                    });
        }
        assertThat(builds()).isZero();
    }

    @Test
    void worksThroughASymlinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("bin/kpf"), tree.resolve("kpfleet"));

        assertThat(run(link, "explain", "aks").output()).endsWith("java explain aks\n");
    }

    @Test
    void showsWhyABuildFailedAndWhereItsLogIs() throws Exception {
        maven("echo '[ERROR] Source.java:[1,1] nonsense'; exit 1");

        Ended ended = run(tree.resolve("kpfleet"), "--version");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("[ERROR] Source.java:[1,1] nonsense")
                .contains("the build failed; all of it is in " + tree.toRealPath() + "/.kpfleet/build.log");
    }

    @Test
    void buildsOnceWhenCalledManyTimesAtOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(launch(tree.resolve("kpfleet"), "get", "rollouts").start());
        }

        for (Process process : processes) {
            assertThat(end(process).output()).endsWith("java get rollouts\n");
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void theSummaryNamesEachReasonForSkippedTestsOnceAndFailsIfATestFailed() throws Exception {
        Path reports = Files.createDirectories(tree.resolve("cli/target/surefire-reports"));
        Files.writeString(reports.resolve("TEST-a.xml"), """
                <testsuite><testcase name="works" classname="A"/>
                <testcase name="images" classname="A"><skipped message="no native-image &lt;home&gt;"/></testcase>
                <testcase name="pages" classname="x.B"><skipped message="Assumption failed: skipped: no Chromium"/></testcase>
                <testcase name="one" classname="x.C"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[\
                org.opentest4j.TestAbortedException:
                assumption was not met due to:

                [no native agent: install GraalVM]
                Expecting Optional to contain a value but it was empty.
                ]]></skipped></testcase>
                <testcase name="two" classname="x.D"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[\
                org.opentest4j.TestAbortedException:
                assumption was not met due to:

                [no native agent: install GraalVM]
                ]]></skipped></testcase>
                <testcase name="breaks" classname="A"><failure message="expected 1&#10;but was 2" type="x"/></testcase>
                </testsuite>
                """);

        Ended ended = end(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        PROJECT.resolve(".ci/TestSummary.java").toString(),
                        tree.toString())
                .redirectErrorStream(true)
                .start());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("A.breaks: expected 1")
                .containsPattern("cli +6 run +1 failed +4 skipped")
                .endsWith("Skipped:\n"
                        + "  1 of B: no Chromium\n"
                        + "  2 of C, D: no native agent: install GraalVM\n"
                        + "  1 of A: no native-image <home>\n"
                        + "\n1 passed, 1 failed, 4 skipped\n");
    }
}
