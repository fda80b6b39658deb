package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kpfleet test} prints at its end. */
@Timeout(60)
class TestSummaryTest {

    private static final Path PROGRAM =
            Path.of(System.getProperty("project.root", "..")).resolve(".ci/TestSummary.java");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aReasonIsSaidOnceWithTheTestsThatWereSkippedForIt() throws Exception {
        Path reports = Files.createDirectories(folder.resolve("agent/target/surefire-reports"));
        Files.writeString(reports.resolve("TEST-a.xml"), """
                <testsuite>
                <testcase name="a" classname="x.NativeTest"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[\
                org.opentest4j.TestAbortedException:\u0020
                assumption was not met due to:

                [no native agent: install GraalVM]\u0020
                Expecting Optional to contain a value but it was empty.
                	at x.NativeTest.needs(NativeTest.java:49)
                ]]></skipped></testcase>
                <testcase name="b" classname="x.OtherTest"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[\
                org.opentest4j.TestAbortedException:\u0020
                assumption was not met due to:

                [no native agent: install GraalVM]\u0020
                ]]></skipped></testcase>
                <testcase name="c" classname="x.PageTest"><skipped message="Assumption failed: skipped: no Chromium"/></testcase>
                <testcase name="d" classname="x.PageTest"/>
                </testsuite>
                """);

        assertThat(summary())
                .contains("Skipped:\n"
                        + "  1 of PageTest: no Chromium\n"
                        + "  2 of NativeTest, OtherTest: no native agent: install GraalVM\n"
                        + "\n1 passed, 0 failed, 3 skipped\n");
    }

    private String summary() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        PROGRAM.toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
        return output;
    }
}
