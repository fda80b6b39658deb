package dev.kubeproxyfleet.agent.collect;

/** A node's proc file system. Implementations need not be thread-safe; a collector reads one file at a time. */
public interface ProcFiles {

    /** How a read went; what was not {@link #READ} is unknown to the collector, never zero. */
    enum Outcome {
        READ,
        /** No such file: the module or feature behind it is not there, which is not an error. */
        ABSENT,
        /** There, but it could not be read. */
        UNREADABLE
    }

    /**
     * Appends the content of a file to {@code buffer}, which comes empty.
     *
     * @param path relative to the proc root, such as {@code net/ip_vs}; {@code net} means the network namespace of the host
     */
    Outcome read(String path, ProcBuffer buffer);
}
