package dev.kubeproxyfleet.agent.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds one generic netlink request. Source: linux/netlink.h, linux/genetlink.h. */
final class Request {

    private static final int NLM_F_REQUEST = 0x1;
    private static final int NLM_F_DUMP = 0x300;

    private static final int MAX_LENGTH = 256;
    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;

    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH).order(ByteOrder.nativeOrder());

    Request(int family, int command, int version) {
        bytes.putInt(0)
                .putShort((short) family)
                .putShort((short) NLM_F_REQUEST)
                .putInt(0)
                .putInt(0)
                .put((byte) command)
                .put((byte) version)
                .putShort((short) 0);
    }

    Request dump() {
        bytes.putShort(FLAGS, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        return this;
    }

    boolean isDump() {
        return (bytes.getShort(FLAGS) & NLM_F_DUMP) != 0;
    }

    Request text(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.US_ASCII);
        header(type, text.length + 1);
        bytes.put(text).put((byte) 0);
        return pad();
    }

    Request u16(int type, int value) {
        header(type, 2);
        bytes.putShort((short) value);
        return pad();
    }

    Request be16(int type, int value) {
        header(type, 2);
        bytes.put((byte) (value >>> 8)).put((byte) value);
        return pad();
    }

    Request u32(int type, long value) {
        header(type, 4);
        bytes.putInt((int) value);
        return pad();
    }

    /** The sixteen bytes of the kernel's {@code union nf_inet_addr}: an IPv4 address is the first four. */
    Request address(int type, boolean ipv6, long high, long low) {
        header(type, 16);
        bytes.order(ByteOrder.BIG_ENDIAN);
        if (ipv6) {
            bytes.putLong(high).putLong(low);
        } else {
            bytes.putInt((int) low).putInt(0).putLong(0);
        }
        bytes.order(ByteOrder.nativeOrder());
        return pad();
    }

    /** Begins a nested attribute; give the result to {@link #end}. */
    int begin(int type) {
        int start = bytes.position();
        header(type, 0);
        return start;
    }

    Request end(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    /** The message with its length and {@code sequence}; its first {@link #length()} bytes count. */
    byte[] finish(int sequence) {
        bytes.putInt(0, bytes.position());
        bytes.putInt(SEQUENCE, sequence);
        return bytes.array();
    }

    int length() {
        return bytes.position();
    }

    private void header(int type, int length) {
        bytes.putShort((short) (length + 4)).putShort((short) type);
    }

    private Request pad() {
        while ((bytes.position() & 3) != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }
}
