package dev.kubeproxyfleet.schemas.binary;

/** Why bytes are no record to this version. */
public enum Unreadable {
    /** They are of another type, not whole, or make no sense. */
    NO_RECORD("it is no such record, or not a whole one"),

    /** Their schema is that of no version up to this one. */
    UNKNOWN_VERSION("a version that this one does not know has written it; upgrade the service first");

    private final String message;

    Unreadable(String message) {
        this.message = message;
    }

    /** For people. */
    public String message() {
        return message;
    }
}
