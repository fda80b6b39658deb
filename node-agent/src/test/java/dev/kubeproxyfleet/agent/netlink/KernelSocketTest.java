package dev.kubeproxyfleet.agent.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The socket on this machine's kernel, which always has the family nlctrl; none that would load a module. */
class KernelSocketTest {

    private static final int CONTROL = 16;
    private static final int GET_FAMILY = 3;
    private static final int FAMILY_NAME = 2;

    @BeforeEach
    void needsNetlink() {
        assumeThat(System.getProperty("os.name")).as("netlink is of Linux").isEqualTo("Linux");
    }

    @Test
    void talksToTheKernel() throws NetlinkException {
        Request request = new Request(CONTROL, GET_FAMILY, 1).text(FAMILY_NAME, "nlctrl");
        byte[] answer = new byte[8192];
        try (NetlinkSocket socket = KernelSocket.open()) {
            socket.send(request.finish(7), request.length());
            int length = socket.receive(answer);

            Attributes attributes = new Attributes(answer, 20, length);
            int id = 0;
            while (attributes.next()) {
                id = attributes.type() == 1 ? attributes.u16() : id;
            }
            assertThat(id).isEqualTo(CONTROL);
        }
    }

    @Test
    void doesNotWaitForAnAnswerThatNobodyGives() throws NetlinkException {
        try (NetlinkSocket socket = KernelSocket.open()) {
            assertThatThrownBy(() -> socket.receive(new byte[16])).hasMessageContaining("EAGAIN");
        }
    }
}
