package dev.kubeproxyfleet.cli;

/** The user asked for something that makes no sense; the message tells them what does. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
