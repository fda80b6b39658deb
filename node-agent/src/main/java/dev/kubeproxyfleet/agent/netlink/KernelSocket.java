package dev.kubeproxyfleet.agent.netlink;

/** {@link NetlinkSocket} of the kernel that this process runs on. */
final class KernelSocket implements NetlinkSocket {

    /** Source: linux/socket.h, linux/netlink.h, asm-generic/fcntl.h. */
    private static final int AF_NETLINK = 16;

    private static final int SOCK_RAW = 3;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_GENERIC = 16;

    private final int descriptor;

    private KernelSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    static NetlinkSocket open() throws NetlinkException {
        int descriptor = SystemCalls.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_GENERIC);
        if (descriptor < 0) {
            throw NetlinkException.of("opening a netlink socket", -descriptor);
        }
        return new KernelSocket(descriptor);
    }

    @Override
    public void send(byte[] message, int length) throws NetlinkException {
        int result = SystemCalls.send(descriptor, message, length);
        if (result < 0) {
            throw NetlinkException.of("sending to the kernel", -result);
        }
    }

    @Override
    public int receive(byte[] into) throws NetlinkException {
        int result = SystemCalls.receive(descriptor, into);
        if (result < 0) {
            throw NetlinkException.of("receiving from the kernel", -result);
        }
        return result;
    }

    @Override
    public void close() {
        SystemCalls.close(descriptor);
    }
}
