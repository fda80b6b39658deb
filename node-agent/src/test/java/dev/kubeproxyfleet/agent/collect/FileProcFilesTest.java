package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProcFilesTest {

    private final ProcBuffer buffer = new ProcBuffer();

    @TempDir
    Path root;

    @Test
    void readsTheNamespaceOfProcessOneBelowAMountedProc() throws IOException {
        write("net/ip_vs", "the reader's own");
        write("1/net/ip_vs", "the host's");

        assertThat(new FileProcFiles(root).read("net/ip_vs", buffer)).isEqualTo(ProcFiles.Outcome.READ);
        assertThat(content()).isEqualTo("the host's");
    }

    @Test
    void takesOnlyMachineWideSysctlsFromAMountedProc() throws IOException {
        write("sys/net/netfilter/nf_conntrack_count", "1");
        write("sys/net/netfilter/nf_conntrack_max", "2");
        ProcFiles proc = new FileProcFiles(root);

        assertThat(proc.read("sys/net/netfilter/nf_conntrack_count", buffer)).isEqualTo(ProcFiles.Outcome.ABSENT);
        assertThat(proc.read("sys/net/netfilter/nf_conntrack_max", buffer)).isEqualTo(ProcFiles.Outcome.READ);
    }

    @Test
    void tellsAbsentFromUnreadable() throws IOException {
        Files.createDirectories(root.resolve("1/net/ip_vs"));
        ProcFiles proc = new FileProcFiles(root);

        assertThat(proc.read("net/nothing", buffer)).isEqualTo(ProcFiles.Outcome.ABSENT);
        assertThat(proc.read("net/ip_vs", buffer)).isEqualTo(ProcFiles.Outcome.UNREADABLE);
    }

    @Test
    void stopsAtTheLimitAndOnlyThenSaysSo() throws IOException {
        byte[] full = new byte[ProcBuffer.MAX_WHOLE_BYTES];
        Arrays.fill(full, (byte) 'x');
        Files.createDirectories(root.resolve("1/net"));
        Files.write(root.resolve("1/net/full"), full);
        Files.write(root.resolve("1/net/over"), Arrays.copyOf(full, full.length + 1));
        ProcFiles proc = new FileProcFiles(root);

        proc.read("net/full", buffer);
        assertThat(buffer.length()).isEqualTo(ProcBuffer.MAX_WHOLE_BYTES);
        assertThat(buffer.overflowed()).isFalse();
        buffer.clear();
        proc.read("net/over", buffer);
        assertThat(buffer.length()).isEqualTo(ProcBuffer.MAX_WHOLE_BYTES);
        assertThat(buffer.overflowed()).isTrue();
    }

    private void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String content() {
        return new String(buffer.bytes(), 0, buffer.length(), StandardCharsets.US_ASCII);
    }
}
