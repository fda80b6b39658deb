package dev.kubeproxyfleet.agent.collect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at one nameserver: a TCP connection, which is closed as soon as it is there, and a query over UDP, of which any
 * answer counts. Never blocks. What the kernel refuses has failed; what nobody answers stays open until {@link #close}.
 *
 * <p>Source: RFC 1035, 4.1.
 */
final class DnsExchange implements AutoCloseable {

    private static final int HEADER_BYTES = 12;
    private static final byte ANSWER = (byte) 0x80;
    private static final int MAX_ANSWER_BYTES = 512;

    private final short id;
    private @Nullable SocketChannel tcp;
    private @Nullable DatagramChannel udp;
    private boolean tcpReachable;
    private boolean udpAnswered;

    private DnsExchange(short id) {
        this.id = id;
    }

    /** A query of the address of a name, with an id of 0. */
    static byte[] query(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // Recursion desired, one question.
        out.writeBytes(new byte[] {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.", -1)) {
            byte[] text = label.getBytes(StandardCharsets.US_ASCII);
            out.write(text.length);
            out.writeBytes(text);
        }
        // The root, type A, class IN.
        out.writeBytes(new byte[] {0, 0, 1, 0, 1});
        return out.toByteArray();
    }

    /** @param query of {@link #query} */
    static DnsExchange begin(InetSocketAddress server, byte[] query, Selector selector) {
        DnsExchange exchange =
                new DnsExchange((short) ThreadLocalRandom.current().nextInt());
        exchange.connect(server, selector);
        exchange.ask(server, query, selector);
        return exchange;
    }

    boolean isOpen() {
        return tcp != null || udp != null;
    }

    boolean tcpReachable() {
        return tcpReachable;
    }

    boolean udpAnswered() {
        return udpAnswered;
    }

    /** @param key one of this attempt's, which is ready */
    void ready(SelectionKey key) {
        if (key.channel() == tcp) {
            connected();
        } else if (key.channel() == udp) {
            answered();
        }
    }

    @Override
    public void close() {
        closeTcp();
        closeUdp();
    }

    private void connect(InetSocketAddress server, Selector selector) {
        try {
            SocketChannel channel = SocketChannel.open();
            tcp = channel;
            channel.configureBlocking(false);
            if (channel.connect(server)) {
                tcpReachable = true;
                closeTcp();
            } else {
                channel.register(selector, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException | UnsupportedAddressTypeException refused) {
            closeTcp();
        }
    }

    private void ask(InetSocketAddress server, byte[] query, Selector selector) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            udp = channel;
            channel.configureBlocking(false);
            channel.connect(server);
            channel.register(selector, SelectionKey.OP_READ, this);
            channel.write(ByteBuffer.wrap(query.clone()).putShort(0, id));
        } catch (IOException | UnsupportedAddressTypeException refused) {
            closeUdp();
        }
    }

    private void connected() {
        try {
            if (tcp != null && tcp.finishConnect()) {
                tcpReachable = true;
                closeTcp();
            }
        } catch (IOException refused) {
            closeTcp();
        }
    }

    private void answered() {
        ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER_BYTES);
        try {
            while (udp != null && udp.read(answer.clear()) > 0) {
                if (answer.position() >= HEADER_BYTES && answer.getShort(0) == id && (answer.get(2) & ANSWER) != 0) {
                    udpAnswered = true;
                    closeUdp();
                }
            }
        } catch (IOException refused) {
            closeUdp();
        }
    }

    private void closeTcp() {
        close(tcp);
        tcp = null;
    }

    private void closeUdp() {
        close(udp);
        udp = null;
    }

    private static void close(@Nullable Channel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException alreadyGone) {
                // It was only to be given back.
            }
        }
    }
}
