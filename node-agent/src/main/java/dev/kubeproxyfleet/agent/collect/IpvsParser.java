package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc/net/ip_vs}. Allocates nothing per line, never throws on any input, and never guesses: what is not in the
 * kernel's form is told as skipped, with a reason. Not thread-safe; an instance is meant to be reused.
 *
 * <p>Source of the format: kernel {@code net/netfilter/ipvs/ip_vs_ctl.c}, {@code ip_vs_info_seq_show}. Columns are split on
 * blanks since their padding differs between address families.
 */
public final class IpvsParser {

    /** Kernel {@code IP_VS_SCHEDNAME_MAXLEN} less the closing zero. */
    private static final int MAX_SCHEDULER_LENGTH = 15;

    /** Distinct scheduler names kept as strings; the kernel has 13. */
    private static final int MAX_KNOWN_SCHEDULERS = 32;

    private static final int IPV4_DIGITS = 8;
    private static final int PORT_DIGITS = 4;
    private static final int IPV6_LENGTH = 39;

    // A real server as the kernel prints it: "  -> %08X:%04X      %-7s %-6d %-10d %-10d\n", and "[%pI6]:%04X" for IPv6.
    private static final long ARROW_COLUMN = Tokens.eight("  -> ");
    private static final int ARROW_COLUMN_LENGTH = 5;
    private static final int IPV4_ENDPOINT_LENGTH = IPV4_DIGITS + 1 + PORT_DIGITS;
    private static final int IPV6_ENDPOINT_LENGTH = 1 + IPV6_LENGTH + 2 + PORT_DIGITS;
    private static final long GAP = Tokens.eight("      ");
    private static final int GAP_LENGTH = 6;
    private static final int FORWARDING_LENGTH = 8;
    private static final int WEIGHT_LENGTH = 7;
    private static final int CONNECTIONS_LENGTH = 11;
    private static final int COLUMNS_LENGTH = GAP_LENGTH + FORWARDING_LENGTH + WEIGHT_LENGTH + 2 * CONNECTIONS_LENGTH;

    private static final byte[] VERSION_START = Tokens.word("IP");
    private static final byte[] SIZE = Tokens.word("(size=");
    private static final byte[] HEADER = Tokens.word("Prot");
    private static final byte[] ARROW = Tokens.word("->");
    private static final byte[] REMOTE_HEADER = Tokens.word("RemoteAddress:Port");
    private static final byte[] OPS = Tokens.word("ops");
    private static final byte[] PERSISTENT = Tokens.word("persistent");
    private static final Protocol[] PROTOCOLS = Protocol.values();
    private static final byte[][] PROTOCOL_WORDS = new byte[PROTOCOLS.length][];
    private static final Forwarding[] FORWARDINGS = Forwarding.values();
    private static final byte[][] FORWARDING_WORDS = new byte[FORWARDINGS.length][];
    private static final long[] FORWARDING_COLUMNS = new long[FORWARDINGS.length];

    static {
        for (Protocol protocol : PROTOCOLS) {
            PROTOCOL_WORDS[protocol.ordinal()] = Tokens.word(protocol.name());
        }
        for (Forwarding forwarding : FORWARDINGS) {
            FORWARDING_WORDS[forwarding.ordinal()] = Tokens.word(forwarding.kernelName());
            FORWARDING_COLUMNS[forwarding.ordinal()] =
                    Tokens.eight(forwarding.kernelName() + " ".repeat(FORWARDING_LENGTH));
        }
    }

    private final Tokens tokens = new Tokens();
    private final VirtualServiceRow service = new VirtualServiceRow();
    private final RealServerRow server = new RealServerRow();
    private final byte[][] schedulerWords = new byte[MAX_KNOWN_SCHEDULERS][];
    private final String[] schedulerNames = new String[MAX_KNOWN_SCHEDULERS];
    private int knownSchedulers;
    /** Whether the real servers that follow have a service that was understood. */
    private boolean inService;

    /** Tells {@code visitor} the rows of a table that is the first {@code length} bytes. */
    public void parse(byte[] bytes, int length, IpvsVisitor visitor) {
        begin();
        next(bytes, length, visitor);
    }

    /** A table that comes in pieces begins. */
    void begin() {
        tokens.line = 0;
        inService = false;
    }

    /** Tells {@code visitor} the rows of the next piece of the table: whole lines, but for the last piece. */
    void next(byte[] bytes, int length, IpvsVisitor visitor) {
        tokens.resume(bytes, length);
        while (tokens.nextLine()) {
            if (!tokens.terminated) {
                // seq_file always ends a line, so this one was cut, and "1" may have been "10".
                visitor.skipped(SkipReason.TRUNCATED_LINE, tokens.line);
                return;
            }
            if (tokens.line == 1) {
                int size = tableSize();
                if (size < 0) {
                    visitor.skipped(SkipReason.BAD_HEADER, tokens.line);
                } else {
                    visitor.table(size);
                }
                continue;
            }
            if (inService && paddedRealServer()) {
                visitor.realServer(server);
            } else if (!tokens.next()) {
                visitor.skipped(SkipReason.UNKNOWN_LINE, tokens.line);
            } else if (tokens.is(ARROW)) {
                realServer(visitor);
            } else if (!(tokens.line == 2 && tokens.is(HEADER))) {
                virtualService(visitor);
            }
        }
    }

    /** Returns a negative number if this is not the first line of a table. */
    private int tableSize() {
        if (!tokens.next() || !tokens.is(VERSION_START)) {
            return -1;
        }
        while (tokens.next()) {
            int digits = tokens.start + SIZE.length;
            if (digits < tokens.end && tokens.bytes[tokens.end - 1] == ')' && startsWithSize()) {
                return (int) tokens.decimal(digits, tokens.end - 1, Integer.MAX_VALUE);
            }
        }
        return -1;
    }

    private boolean startsWithSize() {
        for (int i = 0; i < SIZE.length; i++) {
            if (tokens.bytes[tokens.start + i] != SIZE[i]) {
                return false;
            }
        }
        return true;
    }

    private void virtualService(IpvsVisitor visitor) {
        SkipReason problem = readVirtualService(visitor);
        inService = problem == null;
        if (problem != null) {
            visitor.skipped(problem, tokens.line);
        }
    }

    private @Nullable SkipReason readVirtualService(IpvsVisitor visitor) {
        int protocol = indexOf(PROTOCOL_WORDS);
        if (protocol < 0) {
            return unknownProtocol();
        }
        service.protocol = PROTOCOLS[protocol];
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        if (service.protocol == Protocol.FWM) {
            if (tokens.end - tokens.start != IPV4_DIGITS) {
                return SkipReason.BAD_ADDRESS;
            }
            long mark = tokens.hex();
            if (mark < 0) {
                return SkipReason.BAD_ADDRESS;
            }
            service.firewallMark = mark;
            service.endpoint.port = 0;
        } else {
            service.firewallMark = 0;
            if (!endpoint(service.endpoint)) {
                return SkipReason.BAD_ADDRESS;
            }
        }
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        String scheduler = scheduler();
        if (scheduler == null) {
            return SkipReason.BAD_SCHEDULER;
        }
        service.scheduler = scheduler;
        service.onePacket = false;
        service.persistent = false;
        service.persistenceJiffies = 0;
        service.persistenceMask = 0;
        boolean unknownColumn = false;
        while (tokens.next()) {
            if (tokens.is(OPS)) {
                service.onePacket = true;
            } else if (tokens.is(PERSISTENT)) {
                long jiffies = tokens.next() ? tokens.decimal(Integer.MAX_VALUE) : Tokens.BAD;
                long mask = jiffies >= 0 && tokens.next() && tokens.end - tokens.start == IPV4_DIGITS
                        ? tokens.hex()
                        : Tokens.BAD;
                if (mask < 0) {
                    return SkipReason.BAD_PERSISTENCE;
                }
                service.persistent = true;
                service.persistenceJiffies = (int) jiffies;
                service.persistenceMask = (int) mask;
            } else {
                unknownColumn = true;
            }
        }
        if (unknownColumn) {
            visitor.skipped(SkipReason.UNKNOWN_COLUMN, tokens.line);
        }
        visitor.virtualService(service);
        return null;
    }

    /** A service of another protocol has an address in its second column; anything else is no service at all. */
    private SkipReason unknownProtocol() {
        return tokens.next() && endpoint(service.endpoint) ? SkipReason.UNKNOWN_PROTOCOL : SkipReason.UNKNOWN_LINE;
    }

    /**
     * Reads a real server whose columns have the kernel's widths, as nearly all lines of a large table do, without looking for
     * its words. Of any other line nothing is read, and {@link #realServer} says what it is.
     */
    private boolean paddedRealServer() {
        int address = tokens.lineStart() + ARROW_COLUMN_LENGTH;
        if (!tokens.has(tokens.lineStart(), ARROW_COLUMN, ARROW_COLUMN_LENGTH)) {
            return false;
        }
        int gap = address + (tokens.bytes[address] == '[' ? IPV6_ENDPOINT_LENGTH : IPV4_ENDPOINT_LENGTH);
        int lineFeed = gap + COLUMNS_LENGTH - 1;
        if (!tokens.isLineFeed(lineFeed) || !tokens.has(gap, GAP, GAP_LENGTH)) {
            return false;
        }
        int forwardingColumn = gap + GAP_LENGTH;
        int weightColumn = forwardingColumn + FORWARDING_LENGTH;
        int activeColumn = weightColumn + WEIGHT_LENGTH;
        int inactiveColumn = activeColumn + CONNECTIONS_LENGTH;
        int forwarding = 0;
        while (forwarding < FORWARDINGS.length
                && !tokens.has(forwardingColumn, FORWARDING_COLUMNS[forwarding], FORWARDING_LENGTH)) {
            forwarding++;
        }
        long weight = tokens.padded(weightColumn, activeColumn - 1);
        long active = tokens.padded(activeColumn, inactiveColumn - 1);
        long inactive = tokens.padded(inactiveColumn, lineFeed);
        tokens.start = address;
        tokens.end = gap;
        if (forwarding == FORWARDINGS.length
                || (weight | active | inactive) < 0
                || tokens.bytes[activeColumn - 1] != ' '
                || tokens.bytes[inactiveColumn - 1] != ' '
                || !endpoint(server.endpoint)) {
            return false;
        }
        server.forwarding = FORWARDINGS[forwarding];
        server.weight = (int) weight;
        server.activeConnections = (int) active;
        server.inactiveConnections = (int) inactive;
        tokens.skipTo(lineFeed);
        return true;
    }

    private void realServer(IpvsVisitor visitor) {
        if (!tokens.next()) {
            visitor.skipped(SkipReason.MISSING_COLUMN, tokens.line);
            return;
        }
        if (tokens.line == 3 && tokens.is(REMOTE_HEADER)) {
            return;
        }
        SkipReason problem = inService ? readRealServer(visitor) : SkipReason.ORPHAN_BACKEND;
        if (problem != null) {
            visitor.skipped(problem, tokens.line);
        }
    }

    private @Nullable SkipReason readRealServer(IpvsVisitor visitor) {
        if (!endpoint(server.endpoint)) {
            return SkipReason.BAD_ADDRESS;
        }
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        int forwarding = indexOf(FORWARDING_WORDS);
        if (forwarding < 0) {
            return SkipReason.BAD_FORWARDING;
        }
        server.forwarding = FORWARDINGS[forwarding];
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        long weight = tokens.decimal(Integer.MAX_VALUE);
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        long active = tokens.decimal(Integer.MAX_VALUE);
        if (!tokens.next()) {
            return SkipReason.MISSING_COLUMN;
        }
        long inactive = tokens.decimal(Integer.MAX_VALUE);
        if (weight < 0 || active < 0 || inactive < 0) {
            return SkipReason.BAD_NUMBER;
        }
        server.weight = (int) weight;
        server.activeConnections = (int) active;
        server.inactiveConnections = (int) inactive;
        if (tokens.next()) {
            visitor.skipped(SkipReason.UNKNOWN_COLUMN, tokens.line);
        }
        visitor.realServer(server);
        return null;
    }

    private int indexOf(byte[][] words) {
        for (int i = 0; i < words.length; i++) {
            if (tokens.is(words[i])) {
                return i;
            }
        }
        return -1;
    }

    /** {@code 0A600032:0050} or {@code [fd00:0010:…:0020]:0050}. */
    private boolean endpoint(Endpoint into) {
        int start = tokens.start;
        int colon = tokens.end - PORT_DIGITS - 1;
        if (colon <= start || tokens.bytes[colon] != ':') {
            return false;
        }
        long port = tokens.hex(colon + 1, tokens.end);
        if (port < 0) {
            return false;
        }
        into.port = (int) port;
        if (tokens.bytes[start] != '[') {
            long address = colon - start == IPV4_DIGITS ? tokens.hex(start, colon) : Tokens.BAD;
            into.ipv6 = false;
            into.high = 0;
            into.low = address;
            return address >= 0;
        }
        return ipv6(start + 1, colon - 1, into);
    }

    private boolean ipv6(int from, int to, Endpoint into) {
        if (to - from != IPV6_LENGTH || tokens.bytes[to] != ']') {
            return false;
        }
        long high = 0;
        long low = 0;
        for (int group = 0; group < 8; group++) {
            int at = from + group * 5;
            long value = tokens.hex(at, at + 4);
            if (value < 0 || (group < 7 && tokens.bytes[at + 4] != ':')) {
                return false;
            }
            if (group < 4) {
                high = high << 16 | value;
            } else {
                low = low << 16 | value;
            }
        }
        into.ipv6 = true;
        into.high = high;
        into.low = low;
        return true;
    }

    /** The name as a string that is made once; null if the kernel could not hold it. */
    private @Nullable String scheduler() {
        for (int i = 0; i < knownSchedulers; i++) {
            if (tokens.is(schedulerWords[i])) {
                return schedulerNames[i];
            }
        }
        if (tokens.end - tokens.start > MAX_SCHEDULER_LENGTH) {
            return null;
        }
        for (int i = tokens.start; i < tokens.end; i++) {
            byte b = tokens.bytes[i];
            if (!(b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_' || b == '-')) {
                return null;
            }
        }
        String name = tokens.text();
        if (knownSchedulers < MAX_KNOWN_SCHEDULERS) {
            schedulerWords[knownSchedulers] = Tokens.word(name);
            schedulerNames[knownSchedulers++] = name;
        }
        return name;
    }
}
