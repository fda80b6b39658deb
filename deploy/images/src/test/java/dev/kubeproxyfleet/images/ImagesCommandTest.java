package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before anything is fetched or made. */
class ImagesCommandTest {

    @TempDir
    Path project;

    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        CommandLine images = Images.commandLine().setErr(new PrintWriter(errors));
        String[] all = new String[arguments.length + 2];
        all[0] = "--project";
        all[1] = project.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return images.execute(all);
    }

    @Test
    void anArchitectureThatThereIsNot() {
        assertThat(run("--architecture", "riscv64")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains("--architecture", "riscv64", "AMD64, ARM64");
    }

    @Test
    void anImageThatIsNotMadeForTheArchitecture() {
        assertThat(run("--only", "kubeproxy-fleet-node-agent", "--architecture", "arm64"))
                .isEqualTo(1);
        assertThat(errors)
                .hasToString("kpfleet images: kubeproxy-fleet-node-agent is not made for arm64, but for amd64\n");
    }

    @Test
    void anImageThatThereIsNot() {
        assertThat(run("--only", "kubeproxy-fleet-servce")).isEqualTo(1);
        assertThat(errors.toString()).contains("there is no image kubeproxy-fleet-servce", "kubeproxy-fleet-service");
    }
}
