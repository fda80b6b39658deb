package dev.kubeproxyfleet.schemas.topic;

/**
 * The headers that a record on {@link Topic#REJECTED} carries besides those it was received with.
 *
 * <p>Values are UTF-8 text; numbers are decimal. They are appended last, so where a publisher has sent a header of the same
 * name, the last one of that name counts.
 */
public enum RejectionHeader {
    /** Stable reason code. */
    CODE("kpfleet-code"),

    /** The reason in one sentence, cut where it is very long. */
    MESSAGE("kpfleet-message"),

    /** JSON pointer to what is refused; empty where the record as a whole is. */
    PATH("kpfleet-path"),

    /** Topic that the record was received from. */
    TOPIC("kpfleet-topic"),

    /** Its partition there. */
    PARTITION("kpfleet-partition"),

    /** Its offset there. */
    OFFSET("kpfleet-offset"),

    /** What is kept of the record in part only: some of {@code key}, {@code value}, {@code headers}; left out if it is whole. */
    CUT("kpfleet-cut"),

    /** Bytes of the value that was received; left out if the record is whole. */
    SIZE("kpfleet-size"),

    /** Bytes of the key that was received; left out if the record is whole. */
    KEY_SIZE("kpfleet-key-size");

    private final String header;

    RejectionHeader(String header) {
        this.header = header;
    }

    /** Name of the record header. */
    public String header() {
        return header;
    }
}
