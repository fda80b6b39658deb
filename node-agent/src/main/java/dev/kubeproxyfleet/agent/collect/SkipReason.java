package dev.kubeproxyfleet.agent.collect;

/** Why a line, or a part of one, of {@code /proc/net/ip_vs} was not used. Codes are stable. */
public enum SkipReason {
    /** The first line is not that of an IPVS table. */
    BAD_HEADER("bad-header"),
    /** Neither a header, a virtual service nor a real server. */
    UNKNOWN_LINE("unknown-line"),
    /** A virtual service of a protocol that this version does not know. */
    UNKNOWN_PROTOCOL("unknown-protocol"),
    /** An address, port or firewall mark that is not in the kernel's form. */
    BAD_ADDRESS("bad-address"),
    /** A scheduler name that the kernel could not hold. */
    BAD_SCHEDULER("bad-scheduler"),
    /** {@code persistent} without a timeout and a mask. */
    BAD_PERSISTENCE("bad-persistence"),
    /** A forwarding method that this version does not know. */
    BAD_FORWARDING("bad-forwarding"),
    /** A weight or connection count that is not a number from 0 to 2147483647. */
    BAD_NUMBER("bad-number"),
    /** A line that ends before its last column. */
    MISSING_COLUMN("missing-column"),
    /** A real server below a virtual service that was skipped, or below none: it is credited to no other. */
    ORPHAN_BACKEND("orphan-backend"),
    /** The last line has no end, so that its last number may be cut. */
    TRUNCATED_LINE("truncated-line"),
    /** A word behind the known columns; the line is used without it. */
    UNKNOWN_COLUMN("unknown-column"),
    /** The file is larger than {@link ProcBuffer#MAX_TABLE_BYTES}, or a line of it than a window; the end is missing. */
    FILE_TOO_LARGE("file-too-large");

    private final String code;

    SkipReason(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
