package dev.kubeproxyfleet.agent.netlink;

import dev.kubeproxyfleet.agent.collect.IpvsKernel;
import dev.kubeproxyfleet.agent.collect.Protocol;
import dev.kubeproxyfleet.agent.collect.ServerKey;
import dev.kubeproxyfleet.agent.collect.ServiceKey;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link IpvsKernel} over the generic netlink family {@code IPVS}. A socket is opened for each snapshot. What goes wrong is
 * unknown to the caller and told by {@link #problem()}; the next snapshot tries again. Not thread-safe but for the problem and
 * the count of failures.
 *
 * <p>Source: linux/ip_vs.h (commands and attributes), kernel {@code ip_vs_ctl.c} (their contents).
 */
public final class IpvsNetlink implements IpvsKernel {

    private static final String FAMILY_NAME = "IPVS";
    private static final int FAMILY_VERSION = 1;

    private static final int GENL_ID_CTRL = 16;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSG_HEADER = 16;
    private static final int GENL_HEADER = 4;

    private static final int CMD_GET_SERVICE = 4;
    private static final int CMD_GET_DEST = 8;
    private static final int CMD_GET_CONFIG = 13;

    private static final int ATTR_SERVICE = 1;
    private static final int ATTR_DEST = 2;
    private static final int ATTR_TIMEOUT_TCP = 4;
    private static final int ATTR_TIMEOUT_TCP_FIN = 5;
    private static final int ATTR_TIMEOUT_UDP = 6;

    private static final int SVC_AF = 1;
    private static final int SVC_PROTOCOL = 2;
    private static final int SVC_ADDR = 3;
    private static final int SVC_PORT = 4;
    private static final int SVC_FWMARK = 5;
    private static final int SVC_FLAGS = 7;
    private static final int SVC_STATS64 = 12;
    private static final long FLAG_PERSISTENT = 1;

    private static final int DEST_ADDR = 1;
    private static final int DEST_PORT = 2;
    private static final int DEST_WEIGHT = 4;
    private static final int DEST_ADDR_FAMILY = 11;
    private static final int DEST_STATS64 = 12;

    private static final int STATS_CONNECTIONS = 1;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** A dump comes in datagrams of at most this size. Source: kernel {@code netlink_dump}, {@code NLMSG_GOODSIZE}. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    /** Some million services: a dump that does not end is given up. */
    private static final int MAX_DATAGRAMS = 100_000;

    private final NetlinkSocket.Opener opener;
    private final byte[] answer = new byte[RECEIVE_BYTES];
    private @Nullable NetlinkSocket socket;
    private int family;
    private int sequence;
    private volatile long failures;
    private volatile @Nullable String problem;

    /** Takes one message of an answer: its attributes, behind the headers. */
    @FunctionalInterface
    private interface Message {
        void read(Attributes attributes);
    }

    /** Asks the kernel that this process runs on, in this process's network namespace. */
    public IpvsNetlink() {
        this(KernelSocket::open);
    }

    IpvsNetlink(NetlinkSocket.Opener opener) {
        this.opener = opener;
    }

    @Override
    public Optional<KernelTimeouts> timeouts() {
        long[] seconds = {-1, -1, -1};
        boolean answered = ask(new Request(family(), CMD_GET_CONFIG, FAMILY_VERSION), attributes -> {
            while (attributes.next()) {
                switch (attributes.type()) {
                    case ATTR_TIMEOUT_TCP -> seconds[0] = attributes.u32();
                    case ATTR_TIMEOUT_TCP_FIN -> seconds[1] = attributes.u32();
                    case ATTR_TIMEOUT_UDP -> seconds[2] = attributes.u32();
                    default -> {
                        // An attribute of a newer kernel.
                    }
                }
            }
        });
        boolean known = answered;
        for (long value : seconds) {
            known &= value >= 0 && value <= Integer.MAX_VALUE;
        }
        return known
                ? Optional.of(new KernelTimeouts((int) seconds[0], (int) seconds[1], (int) seconds[2]))
                : Optional.empty();
    }

    @Override
    public boolean services(Services visitor) {
        return ask(new Request(family(), CMD_GET_SERVICE, FAMILY_VERSION).dump(), attributes -> {
            while (attributes.next()) {
                if (attributes.type() == ATTR_SERVICE) {
                    service(attributes.nested(), visitor);
                }
            }
        });
    }

    @Override
    public boolean servers(ServiceKey service, Servers visitor) {
        Request request = new Request(family(), CMD_GET_DEST, FAMILY_VERSION).dump();
        int nested = request.begin(ATTR_SERVICE);
        request.u16(SVC_AF, service.ipv6() ? AF_INET6 : AF_INET);
        if (service.protocol() == Protocol.FWM) {
            request.u32(SVC_FWMARK, service.low());
        } else {
            request.u16(SVC_PROTOCOL, number(service.protocol()))
                    .address(SVC_ADDR, service.ipv6(), service.high(), service.low())
                    .be16(SVC_PORT, service.port());
        }
        request.end(nested);
        return ask(request, attributes -> {
            while (attributes.next()) {
                if (attributes.type() == ATTR_DEST) {
                    server(service.ipv6(), attributes.nested(), visitor);
                }
            }
        });
    }

    @Override
    public void done() {
        NetlinkSocket open = socket;
        if (open != null) {
            open.close();
            socket = null;
        }
    }

    /** What went wrong last, and what to do; null while all is well. */
    public @Nullable String problem() {
        return problem;
    }

    public long failures() {
        return failures;
    }

    private static void service(Attributes attributes, Services visitor) {
        int af = 0;
        int number = 0;
        int port = 0;
        long mark = 0;
        long first = 0;
        long high = 0;
        long low = 0;
        boolean persistent = false;
        long connections = -1;
        while (attributes.next()) {
            switch (attributes.type()) {
                case SVC_AF -> af = attributes.u16();
                case SVC_PROTOCOL -> number = attributes.u16();
                case SVC_ADDR -> {
                    first = attributes.be(0, 4);
                    high = attributes.be(0, 8);
                    low = attributes.be(8, 8);
                }
                case SVC_PORT -> port = attributes.be16();
                case SVC_FWMARK -> mark = attributes.u32();
                case SVC_FLAGS -> persistent = (attributes.u32() & FLAG_PERSISTENT) != 0;
                case SVC_STATS64 -> connections = connections(attributes.nested());
                default -> {
                    // Of no interest here, or of a newer kernel.
                }
            }
        }
        boolean ipv6 = af == AF_INET6;
        Protocol protocol = mark != 0 ? Protocol.FWM : protocol(number);
        if ((af != AF_INET && !ipv6) || protocol == null || connections < 0) {
            return;
        }
        visitor.service(
                mark != 0
                        ? new ServiceKey(protocol, ipv6, 0, mark, 0)
                        : new ServiceKey(protocol, ipv6, ipv6 ? high : 0, ipv6 ? low : first, port),
                persistent,
                connections);
    }

    private static void server(boolean serviceIpv6, Attributes attributes, Servers visitor) {
        boolean ipv6 = serviceIpv6;
        long first = 0;
        long high = 0;
        long low = 0;
        int port = 0;
        long weight = -1;
        long connections = -1;
        while (attributes.next()) {
            switch (attributes.type()) {
                case DEST_ADDR -> {
                    first = attributes.be(0, 4);
                    high = attributes.be(0, 8);
                    low = attributes.be(8, 8);
                }
                case DEST_PORT -> port = attributes.be16();
                case DEST_WEIGHT -> weight = attributes.u32();
                case DEST_ADDR_FAMILY -> ipv6 = attributes.u16() == AF_INET6;
                case DEST_STATS64 -> connections = connections(attributes.nested());
                default -> {
                    // Of no interest here, or of a newer kernel.
                }
            }
        }
        if (weight < 0 || weight > Integer.MAX_VALUE || connections < 0) {
            return;
        }
        visitor.server(new ServerKey(ipv6, ipv6 ? high : 0, ipv6 ? low : first, port), (int) weight, connections);
    }

    private static long connections(Attributes statistics) {
        while (statistics.next()) {
            if (statistics.type() == STATS_CONNECTIONS) {
                return statistics.u64();
            }
        }
        return -1;
    }

    /** Numbers of the protocols. Source: IANA, netinet/in.h. */
    private static @Nullable Protocol protocol(int number) {
        return switch (number) {
            case 6 -> Protocol.TCP;
            case 17 -> Protocol.UDP;
            case 132 -> Protocol.SCTP;
            default -> null;
        };
    }

    private static int number(Protocol protocol) {
        return switch (protocol) {
            case TCP -> 6;
            case UDP -> 17;
            case SCTP -> 132;
            case FWM -> 0;
        };
    }

    /** 0 if the kernel does not say; a request to family 0 is refused then. */
    private int family() {
        if (family == 0) {
            Request request = new Request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1).text(CTRL_ATTR_FAMILY_NAME, FAMILY_NAME);
            boolean unused = ask(request, attributes -> {
                while (attributes.next()) {
                    if (attributes.type() == CTRL_ATTR_FAMILY_ID) {
                        family = attributes.u16();
                    }
                }
            });
        }
        return family;
    }

    private boolean ask(Request request, Message message) {
        try {
            NetlinkSocket open = socket;
            if (open == null) {
                open = opener.open();
                socket = open;
            }
            exchange(open, request, message);
            problem = null;
            return true;
        } catch (NetlinkException failure) {
            failures++;
            problem = failure.getMessage();
            // The module may come back under another number, and what is left of an answer must not be taken for the
            // next.
            family = 0;
            done();
            return false;
        }
    }

    private void exchange(NetlinkSocket open, Request request, Message message) throws NetlinkException {
        int number = ++sequence;
        open.send(request.finish(number), request.length());
        boolean dump = request.isDump();
        for (int datagram = 0; datagram < MAX_DATAGRAMS; datagram++) {
            int length = open.receive(answer);
            if (read(length, number, dump, message)) {
                return;
            }
        }
        throw new NetlinkException("the kernel's answer does not end");
    }

    /** Returns whether the answer is complete. */
    private boolean read(int length, int number, boolean dump, Message message) throws NetlinkException {
        ByteBuffer bytes = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at + NLMSG_HEADER <= length) {
            int size = bytes.getInt(at);
            if (size < NLMSG_HEADER || size > length - at) {
                throw new NetlinkException("the kernel's answer was cut");
            }
            int type = Short.toUnsignedInt(bytes.getShort(at + 4));
            boolean ours = bytes.getInt(at + 8) == number;
            if (ours && (type == NLMSG_ERROR || type == NLMSG_DONE)) {
                int error = size < NLMSG_HEADER + 4 ? 0 : bytes.getInt(at + NLMSG_HEADER);
                if (error != 0) {
                    throw NetlinkException.of("asking the kernel", -error);
                }
                return true;
            }
            if (ours && size >= NLMSG_HEADER + GENL_HEADER) {
                message.read(new Attributes(answer, at + NLMSG_HEADER + GENL_HEADER, at + size));
                if (!dump) {
                    return true;
                }
            }
            at += size + 3 & ~3;
        }
        return false;
    }
}
