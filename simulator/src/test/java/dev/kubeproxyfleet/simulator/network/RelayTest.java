package dev.kubeproxyfleet.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {

    private static final int A_WHILE_MILLIS = 300;
    private static final int PATIENCE_MILLIS = 60_000;

    private ServerSocket listener;
    private Relay relay;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws Exception {
        listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        relay = Relay.start(
                new InetSocketAddress("127.0.0.1", 0), new InetSocketAddress("127.0.0.1", listener.getLocalPort()));
        client = dial();
        server = listener.accept();
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(relay.address().getAddress(), relay.address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        relay.close();
        listener.close();
    }

    @Test
    void bytesGoBothWays() throws Exception {
        client.getOutputStream().write(7);
        assertThat(server.getInputStream().read()).isEqualTo(7);
        server.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
    }

    @Test
    void whoHasSaidAllStillHears() throws Exception {
        client.getOutputStream().write(7);
        client.shutdownOutput();
        assertThat(server.getInputStream().readAllBytes()).containsExactly(7);

        server.getOutputStream().write(8);
        server.close();
        assertThat(client.getInputStream().readAllBytes()).containsExactly(8);
        await().until(() -> relay.open() == 0);
    }

    @Test
    void aCutResetsWhatIsOpenAndWhatComes() throws Exception {
        relay.set(new Weather.Cut());

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
        try (Socket late = dial()) {
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        await().until(() -> relay.open() == 0);
    }

    @Test
    void aCutReachesWhoIsInTheMiddleOfSending() throws Exception {
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    client.getOutputStream().write(new byte[1024]);
                }
            } catch (IOException e) {
                // That is what a cut does.
            }
        });
        assertThat(server.getInputStream().read()).isZero();

        relay.set(new Weather.Cut());

        assertThat(sender.join(Duration.ofMillis(PATIENCE_MILLIS))).isTrue();
    }

    @Test
    void whatIsSentIntoSilenceArrivesAfterwards() throws Exception {
        relay.set(new Weather.Silent());
        client.getOutputStream().write(7);
        server.setSoTimeout(A_WHILE_MILLIS);
        assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        server.setSoTimeout(PATIENCE_MILLIS);
        relay.set(Weather.FAIR);
        assertThat(server.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void silenceHidesThatASideIsGone() throws Exception {
        relay.set(new Weather.Silent());
        server.close();
        client.setSoTimeout(A_WHILE_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        client.setSoTimeout(PATIENCE_MILLIS);
        relay.set(Weather.FAIR);
        assertThat(client.getInputStream().read()).isNegative();
    }

    @Test
    void whoComesInSilenceIsTakenAndHearsNothing() throws Exception {
        relay.set(new Weather.Silent());
        try (Socket late = dial()) {
            late.setSoTimeout(A_WHILE_MILLIS);
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            relay.set(Weather.FAIR);
            try (Socket taken = listener.accept()) {
                taken.getOutputStream().write(9);
                late.setSoTimeout(PATIENCE_MILLIS);
                assertThat(late.getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void whatIsSlowIsLateButComplete() throws Exception {
        relay.set(new Weather.Slow(Duration.ofMillis(100), 1_000_000));
        byte[] sent = new byte[50_000];
        sent[sent.length - 1] = 1;
        long begin = System.nanoTime();
        client.getOutputStream().write(sent);
        assertThat(server.getInputStream().readNBytes(sent.length)).isEqualTo(sent);

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("never sooner than the delay and the rate allow")
                .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void aReaderThatIsSlowSlowsItsWriterDown() throws Exception {
        AtomicLong written = new AtomicLong();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    client.getOutputStream().write(new byte[Relay.PIECE_BYTES]);
                    written.addAndGet(Relay.PIECE_BYTES);
                }
            } catch (IOException e) {
                // The end of the test.
            }
        });
        await("a writer that stands still").until(() -> {
            long before = written.get();
            return !sender.join(Duration.ofMillis(A_WHILE_MILLIS)) && before > 0 && written.get() == before;
        });
    }

    @Test
    void whereThereIsNoTargetTheConnectionIsReset() throws Exception {
        try (Relay none = Relay.start(new InetSocketAddress("127.0.0.1", 0), Optional::empty);
                Socket socket =
                        new Socket(none.address().getAddress(), none.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whereNobodyListensTheConnectionIsReset() throws Exception {
        listener.close();
        try (Socket late = dial()) {
            assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }
}
