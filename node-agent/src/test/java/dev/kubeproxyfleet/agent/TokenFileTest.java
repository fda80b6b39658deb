package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.agent.AgentToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

    @TempDir
    Path folder;

    /** As the kubelet does it: a link that leads to another folder from one moment to the next. */
    @Test
    void sendsWhatIsMountedNow() throws IOException {
        Files.createDirectory(folder.resolve("1"));
        Files.writeString(folder.resolve("1/token"), "first");
        Files.createDirectory(folder.resolve("2"));
        Files.writeString(folder.resolve("2/token"), " second\n");
        Path link = Files.createSymbolicLink(folder.resolve("..data"), folder.resolve("1"));
        TokenFile file = new TokenFile(folder.resolve("..data/token"));
        assertThat(sent(file)).containsExactly("first");
        Files.delete(link);
        assertThat(sent(file)).isEmpty();
        Files.createSymbolicLink(link, folder.resolve("2"));

        assertThat(sent(file)).containsExactly("second");
    }

    @Test
    void aTokenThatNobodyWouldReadIsNotSent() throws IOException {
        Path file = folder.resolve("token");
        for (String content : List.of("", " \n", "x".repeat(AgentToken.MAX_BYTES + 1))) {
            Files.writeString(file, content);
            assertThat(sent(new TokenFile(file))).isEmpty();
        }
        Files.writeString(file, "x".repeat(AgentToken.MAX_BYTES));
        assertThat(sent(new TokenFile(file))).hasSize(1);
    }

    @Test
    void aFolderIsNoToken() {
        assertThat(sent(new TokenFile(folder))).isEmpty();
    }

    private static List<String> sent(TokenFile file) {
        return file.headers().stream().map(Header::value).map(String::new).toList();
    }
}
