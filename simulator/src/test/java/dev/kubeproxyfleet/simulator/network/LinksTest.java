package dev.kubeproxyfleet.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers that greet each who comes, each with a number of its own, and processes that find them by their hosts files. */
@SuppressWarnings("NullAway.Init")
class LinksTest {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final String ONE = "broker-1";
    private static final String TWO = "broker-2";
    private static final Map<String, Integer> GREETINGS = Map.of(ONE, 1, TWO, 2);

    @TempDir
    Path folder;

    private final Map<String, ServerSocket> servers = new LinkedHashMap<>();
    private Links links;

    @BeforeEach
    void start() throws Exception {
        for (String name : List.of(ONE, TWO)) {
            ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
            servers.put(name, server);
            Thread.ofVirtual().start(() -> greet(server, GREETINGS.getOrDefault(name, 0)));
        }
        Map<String, List<Integer>> ports = new LinkedHashMap<>();
        servers.forEach((name, server) -> ports.put(name, List.of(server.getLocalPort())));
        links = new Links(folder, ports);
    }

    private static void greet(ServerSocket server, int greeting) {
        try {
            while (true) {
                try (Socket guest = server.accept()) {
                    guest.getOutputStream().write(greeting);
                }
            }
        } catch (IOException _) {
            // It is closed.
        }
    }

    @AfterEach
    void stop() throws Exception {
        links.close();
        for (ServerSocket server : servers.values()) {
            server.close();
        }
    }

    @Test
    void whoJoinsReachesEachServerByItsNameAtAnAddressOfItsOwn() throws Exception {
        assertThat(greeting("replica-1", ONE)).isEqualTo(1);
        assertThat(greeting("replica-1", TWO)).isEqualTo(2);
        assertThat(greeting("replica-2", ONE)).isEqualTo(1);
        assertThat(address("replica-1", ONE)).isNotEqualTo(address("replica-2", ONE));
        assertThat(links.has(ONE)).isTrue();
        assertThat(links.has("replica-1")).isFalse();
    }

    @Test
    void aServerComesToItselfDirectly() throws Exception {
        assertThat(address(ONE, ONE)).isEqualTo("127.0.0.1");
        assertThat(greeting(ONE, TWO)).isEqualTo(2);
    }

    @Test
    void whoJoinsAgainIsTheSame() throws Exception {
        Path first = links.join("replica-1");
        String content = Files.readString(first);

        assertThat(links.join("replica-1")).isEqualTo(first).hasContent(content);
    }

    @Test
    void oneIsPartedFromOneServerAndNobodyElse() throws Exception {
        links.join("replica-1");
        links.join("replica-2");

        links.set("replica-1", ONE, new Weather.Cut());

        assertParted("replica-1", ONE);
        assertThat(greeting("replica-1", TWO)).isEqualTo(2);
        assertThat(greeting("replica-2", ONE)).isEqualTo(1);
        links.heal();
        assertThat(greeting("replica-1", ONE)).isEqualTo(1);
    }

    @Test
    void twoServersArePartedWhoeverBegins() throws Exception {
        links.join(ONE);
        links.join(TWO);
        links.join("replica-1");

        links.setBetween(ONE, TWO, new Weather.Cut());

        assertParted(ONE, TWO);
        assertParted(TWO, ONE);
        assertThat(greeting("replica-1", ONE)).isEqualTo(1);
        assertThat(greeting("replica-1", TWO)).isEqualTo(2);
    }

    @Test
    void aServerIsPartedFromAll() throws Exception {
        links.join(TWO);
        links.join("replica-1");

        links.setTowards(ONE, new Weather.Cut());

        assertParted(TWO, ONE);
        assertParted("replica-1", ONE);
        assertThat(greeting("replica-1", TWO)).isEqualTo(2);
    }

    @Test
    void whereThereIsNoLinkNothingCanBeParted() throws Exception {
        links.join("replica-1");

        assertThatThrownBy(() -> links.set("replica-1", "broker-9", new Weather.Cut()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no link from replica-1 to broker-9");
    }

    private void assertParted(String party, String server) {
        assertThatThrownBy(() -> greeting(party, server)).isInstanceOf(IOException.class);
    }

    private int greeting(String party, String server) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(
                    new InetSocketAddress(
                            address(party, server),
                            Objects.requireNonNull(servers.get(server)).getLocalPort()),
                    PATIENCE_MILLIS);
            return socket.getInputStream().read();
        }
    }

    private String address(String party, String server) throws IOException {
        return Files.readAllLines(links.join(party)).stream()
                .map(line -> line.split(" ", 2))
                .filter(words -> words[1].equals(server))
                .map(words -> words[0])
                .findFirst()
                .orElseThrow();
    }
}
