package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kubeproxyfleet.schemas.avro.DnsProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a nameserver on a loopback port that is free over TCP and UDP. */
class DnsProberTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final DnsServers SERVERS = new DnsServers(List.of(LOOPBACK), "svc.cluster.local");

    private ServerSocket tcp;
    private DatagramChannel udp;
    private DnsProber prober;

    @BeforeEach
    void listen() throws IOException {
        tcp = new ServerSocket(0, 50, LOOPBACK);
        udp = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, tcp.getLocalPort()));
        prober = new DnsProber(SERVERS, tcp.getLocalPort(), address -> false);
    }

    @AfterEach
    void close() throws IOException {
        tcp.close();
        udp.close();
    }

    @Test
    void isAnsweredOverTcpAndUdp() throws IOException {
        prober.begin();
        answer(0x80);

        assertThat(prober.finish()).containsExactly(new DnsProbe("127.0.0.1", null, 1L, 0L, 0, true, true));
    }

    @Test
    void asksForTheServiceThatEveryClusterHas() throws IOException {
        prober.begin();

        String query = new String(receive().array(), 0, 64, StandardCharsets.ISO_8859_1);

        assertThat(query).contains("\12kubernetes\7default\3svc\7cluster\5local\0");
    }

    @Test
    void whatNobodyAnswersInTimeHasFailedAndIsCountedInARow() throws IOException {
        assertThat(attempt().getUdpAnswered()).isFalse();
        DnsProbe second = attempt();

        assertThat(second).isEqualTo(new DnsProbe("127.0.0.1", null, 2L, 2L, 2, true, false));

        receive();
        receive();
        prober.begin();
        answer(0x80);
        assertThat(prober.finish()).containsExactly(new DnsProbe("127.0.0.1", null, 3L, 2L, 0, true, true));
    }

    @Test
    void whatIsNoAnswerDoesNotCount() throws IOException {
        prober.begin();
        answer(0);

        assertThat(prober.finish().getFirst().getUdpAnswered()).isFalse();
    }

    @Test
    void whatIsRefusedHasFailedAtOnce() throws IOException {
        close();

        assertThat(attempt()).isEqualTo(new DnsProbe("127.0.0.1", null, 1L, 1L, 1, false, false));
    }

    @Test
    void asksNothingOfAnAddressOfTheNodeAlone() {
        DnsProber probing = new DnsProber(DnsServers.ofLiterals(List.of("169.254.10.11", "fe80::1")));

        probing.begin();

        assertThat(probing.finish())
                .extracting(DnsProbe::getSkipped, DnsProbe::getAttemptsTotal)
                .containsExactly(tuple("LinkLocal", 0L), tuple("LinkLocal", 0L));
    }

    @Test
    void saysWhyNothingIsAsked() {
        assertThat(new DnsProber(DnsServers.ofResolvConf("")).finish())
                .containsExactly(new DnsProbe("", "NoAddress", 0L, 0L, 0, null, null));
        assertThat(DnsProber.disabled().finish()).containsExactly(new DnsProbe("", "Disabled", 0L, 0L, 0, null, null));
    }

    private DnsProbe attempt() {
        prober.begin();
        return prober.finish().getFirst();
    }

    /** @param flags of the third byte of the answer */
    private void answer(int flags) throws IOException {
        ByteBuffer query = ByteBuffer.allocate(512);
        InetSocketAddress client = (InetSocketAddress) udp.receive(query);
        udp.send(query.flip().put(2, (byte) flags), client);
    }

    private ByteBuffer receive() {
        try {
            ByteBuffer query = ByteBuffer.allocate(512);
            udp.receive(query);
            return query;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
