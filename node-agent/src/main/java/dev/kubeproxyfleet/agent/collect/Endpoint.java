package dev.kubeproxyfleet.agent.collect;

/** Address and port of a row, mutable and without objects. An IPv4 address is the low 32 bits. */
final class Endpoint {

    boolean ipv6;
    long high;
    long low;
    int port;

    /** Dotted quad, or IPv6 in the short form of RFC 5952 without brackets. */
    static String text(boolean ipv6, long high, long low) {
        return ipv6 ? ipv6(high, low) : ipv4(low);
    }

    private static String ipv4(long address) {
        return (address >>> 24 & 0xFF) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "."
                + (address & 0xFF);
    }

    private static String ipv6(long high, long low) {
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i)) & 0xFFFF;
            groups[4 + i] = (int) (low >>> (48 - 16 * i)) & 0xFFFF;
        }
        int zeroStart = -1;
        int zeroLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > zeroLength) {
                zeroStart = i;
                zeroLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == zeroStart) {
                text.append("::");
                i += zeroLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
