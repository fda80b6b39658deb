package dev.kubeproxyfleet.agent.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A kernel that answers what a test tells it to, datagram by datagram; it takes over the sequence number of the request. */
final class Answers implements NetlinkSocket.Opener {

    static final int FAMILY = 0x21;

    final List<byte[]> requests = new ArrayList<>();
    private final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();
    int opened;
    int closed;

    Answers datagram(byte[]... messages) {
        datagrams.add(concat(messages));
        return this;
    }

    Answers family() {
        return datagram(message(16, attribute(1, u16(FAMILY)), attribute(2, new byte[] {'I', 'P', 'V', 'S', 0})));
    }

    @Override
    public NetlinkSocket open() {
        opened++;
        return new NetlinkSocket() {
            private int sequence;

            @Override
            public void send(byte[] message, int length) {
                sequence = buffer(message).getInt(8);
                requests.add(Arrays.copyOf(message, length));
            }

            @Override
            public int receive(byte[] into) throws NetlinkException {
                byte[] datagram = datagrams.poll();
                if (datagram == null) {
                    throw NetlinkException.of("receiving from the kernel", 11);
                }
                for (int at = 0; at + 16 <= datagram.length; ) {
                    int size = buffer(datagram).getInt(at);
                    if (buffer(datagram).getInt(at + 8) == 0) {
                        buffer(datagram).putInt(at + 8, sequence);
                    }
                    at += Math.max(16, size + 3 & ~3);
                    if (at < 0) {
                        break;
                    }
                }
                int length = Math.min(datagram.length, into.length);
                System.arraycopy(datagram, 0, into, 0, length);
                return length;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    static byte[] message(int type, byte[]... attributes) {
        byte[] body = concat(attributes);
        ByteBuffer message = buffer(new byte[20 + body.length]);
        message.putInt(20 + body.length)
                .putShort((short) type)
                .putShort((short) 2)
                .putInt(0)
                .putInt(0);
        message.put((byte) 1).put((byte) 1).putShort((short) 0).put(body);
        return message.array();
    }

    static byte[] done() {
        return buffer(new byte[20]).putInt(20).putShort((short) 3).array();
    }

    static byte[] error(int errno) {
        return buffer(new byte[36])
                .putInt(36)
                .putShort((short) 2)
                .putInt(16, -errno)
                .array();
    }

    static byte[] attribute(int type, byte[]... values) {
        byte[] value = concat(values);
        return buffer(new byte[4 + value.length + 3 & ~3])
                .putShort((short) (4 + value.length))
                .putShort((short) type)
                .put(value)
                .array();
    }

    static byte[] u16(int value) {
        return buffer(new byte[2]).putShort((short) value).array();
    }

    static byte[] u32(long value) {
        return buffer(new byte[4]).putInt((int) value).array();
    }

    static byte[] u64(long value) {
        return buffer(new byte[8]).putLong(value).array();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(it -> it.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
