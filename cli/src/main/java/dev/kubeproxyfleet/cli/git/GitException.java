package dev.kubeproxyfleet.cli.git;

import org.jspecify.annotations.Nullable;

/** A repository cannot be read; the message is a sentence for the user that says what to do. */
public final class GitException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean usage;

    private GitException(String message, boolean usage, @Nullable Throwable cause) {
        super(message, cause);
        this.usage = usage;
    }

    /** The user has named something that there is not, or that is not allowed. */
    static GitException usage(String message) {
        return new GitException(message, true, null);
    }

    /** The repository cannot be reached, or is damaged. */
    static GitException unreadable(String message, Throwable cause) {
        return new GitException(message, false, cause);
    }

    /** Whether to ask in the same way once more is useless. */
    public boolean isUsage() {
        return usage;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}
