package dev.kubeproxyfleet.agent.netlink;

import static dev.kubeproxyfleet.agent.netlink.Answers.attribute;
import static dev.kubeproxyfleet.agent.netlink.Answers.bytes;
import static dev.kubeproxyfleet.agent.netlink.Answers.done;
import static dev.kubeproxyfleet.agent.netlink.Answers.error;
import static dev.kubeproxyfleet.agent.netlink.Answers.message;
import static dev.kubeproxyfleet.agent.netlink.Answers.u16;
import static dev.kubeproxyfleet.agent.netlink.Answers.u32;
import static dev.kubeproxyfleet.agent.netlink.Answers.u64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.Protocol;
import dev.kubeproxyfleet.agent.collect.ServerKey;
import dev.kubeproxyfleet.agent.collect.ServiceKey;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IpvsNetlinkTest {

    private static final byte[] V6 = bytes(0xfd, 0, 0, 0x10, 0, 0x96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10);

    private record Service(ServiceKey key, boolean persistent, long connections) {}

    private record Server(ServerKey key, int weight, long connections) {}

    private final Answers kernel = new Answers();
    private final IpvsNetlink netlink = new IpvsNetlink(kernel);

    @Test
    void readsTheTimeoutsThatTheKernelHolds() {
        kernel.family()
                .datagram(message(
                        Answers.FAMILY, attribute(4, u32(901)), attribute(5, u32(121)), attribute(6, u32(301))));

        assertThat(netlink.timeouts()).contains(new KernelTimeouts(901, 121, 301));
        assertThat(netlink.problem()).isNull();
    }

    @Test
    void readsServicesOfBothFamiliesAndByMarkOverSeveralDatagrams() {
        kernel.family()
                .datagram(
                        service(2, attribute(2, u16(6)), attribute(3, bytes(10, 96, 0, 10), new byte[12]), port(80), 5),
                        service(10, attribute(2, u16(17)), attribute(3, V6), port(53), 1L << 40))
                .datagram(service(2, attribute(5, u32(77)), attribute(7, u32(1), u32(~0)), new byte[0], 7))
                .datagram(done());

        assertThat(services())
                .containsExactly(
                        new Service(new ServiceKey(Protocol.TCP, false, 0, 0x0A60000A, 80), false, 5),
                        new Service(new ServiceKey(Protocol.UDP, true, 0xfd00001000960000L, 0x10, 53), false, 1L << 40),
                        new Service(new ServiceKey(Protocol.FWM, false, 0, 77, 0), true, 7));
    }

    @Test
    void leavesOutAProtocolThatItDoesNotKnowAndAServiceWithoutCounters() {
        kernel.family()
                .datagram(
                        service(2, attribute(2, u16(50)), attribute(3, new byte[16]), port(1), 5),
                        message(Answers.FAMILY, attribute(1, attribute(1, u16(2)), attribute(2, u16(6)))),
                        done());

        assertThat(services()).isEmpty();
    }

    @Test
    void asksForTheServersOfOneService() {
        kernel.family()
                .datagram(
                        message(
                                Answers.FAMILY,
                                attribute(
                                        2,
                                        attribute(1, bytes(10, 244, 1, 2), new byte[12]),
                                        port(2, 8080),
                                        attribute(4, u32(3)),
                                        attribute(11, u16(2)),
                                        attribute(12, attribute(1, u64(42))))),
                        done());
        List<Server> servers = new ArrayList<>();

        boolean answered = netlink.servers(
                new ServiceKey(Protocol.TCP, false, 0, 0x0A60000A, 80),
                (key, weight, connections) -> servers.add(new Server(key, weight, connections)));

        assertThat(answered).isTrue();
        assertThat(servers).containsExactly(new Server(new ServerKey(false, 0, 0x0AF40102, 8080), 3, 42));
        byte[] request = kernel.requests.getLast();
        Attributes nested = new Attributes(request, 20, request.length);
        assertThat(nested.next()).isTrue();
        Attributes service = nested.nested();
        assertThat(service.next()).isTrue();
        assertThat(service.u16()).isEqualTo(2);
        assertThat(service.next()).isTrue();
        assertThat(service.u16()).isEqualTo(6);
        assertThat(service.next()).isTrue();
        assertThat(service.be(0, 4)).isEqualTo(0x0A60000A);
        assertThat(service.length()).isEqualTo(16);
        assertThat(service.next()).isTrue();
        assertThat(service.be16()).isEqualTo(80);
        assertThat(service.next()).isFalse();
        assertThat(nested.next()).isFalse();
    }

    @Test
    void saysWhichCapabilityIsMissing() {
        kernel.family().datagram(error(1));

        assertThat(netlink.timeouts()).isEmpty();
        assertThat(netlink.problem()).contains("EPERM").contains("NET_ADMIN");
        assertThat(netlink.failures()).isEqualTo(1);
        assertThat(kernel.closed).isEqualTo(kernel.opened);
    }

    @Test
    void asksForTheFamilyAgainAfterAFailureSinceTheModuleMayHaveBeenLoadedAnew() {
        kernel.family().datagram(error(2)).family().datagram(done());

        assertThat(netlink.services((key, persistent, connections) -> {})).isFalse();
        assertThat(netlink.services((key, persistent, connections) -> {})).isTrue();
        assertThat(netlink.problem()).isNull();
    }

    @Test
    void takesAnAnswerThatNeverComesOrIsCutForUnknown() {
        kernel.family();
        assertThat(netlink.timeouts()).isEmpty();
        byte[] cut = java.util.Arrays.copyOf(message(Answers.FAMILY, attribute(4, u32(900))), 22);
        kernel.family().datagram(cut);
        assertThat(netlink.timeouts()).isEmpty();
        assertThat(netlink.problem()).contains("cut");
    }

    @Test
    void ignoresWhatBelongsToAnotherQuestion() {
        byte[] foreign = message(Answers.FAMILY, attribute(4, u32(1)), attribute(5, u32(1)), attribute(6, u32(1)));
        foreign[8] = 99;
        kernel.family()
                .datagram(
                        foreign,
                        message(
                                Answers.FAMILY,
                                attribute(4, u32(900)),
                                attribute(5, u32(120)),
                                attribute(6, u32(300))));

        assertThat(netlink.timeouts()).contains(new KernelTimeouts(900, 120, 300));
    }

    @Test
    void keepsOneSocketForASnapshot() {
        kernel.family().datagram(done()).datagram(done());
        netlink.services((key, persistent, connections) -> {});
        netlink.services((key, persistent, connections) -> {});
        assertThat(kernel.opened).isEqualTo(1);
        netlink.done();

        assertThat(kernel.closed).isEqualTo(1);
    }

    @Property
    void neverThrowsOnAnyAnswer(@ForAll @Size(max = 20) List<byte[]> datagrams) {
        Answers nonsense = new Answers().family();
        datagrams.forEach(nonsense::datagram);
        List<Service> told = new ArrayList<>();

        new IpvsNetlink(nonsense)
                .services((key, persistent, connections) -> told.add(new Service(key, persistent, connections)));

        assertThat(told).isEmpty();
    }

    @Property
    void readsNothingBeyondAttributesThatLieAboutTheirLength(@ForAll @Size(max = 300) byte[] body) {
        Answers nonsense = new Answers().family().datagram(message(Answers.FAMILY, attribute(1, body)), done());

        assertThat(new IpvsNetlink(nonsense)
                        .services((key, persistent, connections) ->
                                assertThat(connections).isNotNegative()))
                .isTrue();
    }

    private List<Service> services() {
        List<Service> services = new ArrayList<>();
        assertThat(netlink.services(
                        (key, persistent, connections) -> services.add(new Service(key, persistent, connections))))
                .isTrue();
        return services;
    }

    private static byte[] service(int family, byte[] second, byte[] third, byte[] fourth, long connections) {
        return message(
                Answers.FAMILY,
                attribute(
                        1,
                        attribute(1, u16(family)),
                        second,
                        third,
                        fourth,
                        attribute(12, attribute(1, u64(connections)), attribute(2, u64(1)))));
    }

    private static byte[] port(int port) {
        return port(4, port);
    }

    private static byte[] port(int type, int port) {
        return attribute(type, bytes(port >>> 8, port));
    }
}
