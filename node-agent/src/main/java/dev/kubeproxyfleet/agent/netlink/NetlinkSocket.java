package dev.kubeproxyfleet.agent.netlink;

/** A datagram socket of the generic netlink family. */
interface NetlinkSocket extends AutoCloseable {

    /** Opens a socket. */
    @FunctionalInterface
    interface Opener {
        NetlinkSocket open() throws NetlinkException;
    }

    /** Sends the first {@code length} bytes as one datagram. */
    void send(byte[] message, int length) throws NetlinkException;

    /**
     * Takes one datagram; never blocks, since the kernel puts the answer in place before {@link #send} returns.
     *
     * @return its length, cut to that of {@code into}
     */
    int receive(byte[] into) throws NetlinkException;

    @Override
    void close();
}
