package dev.kubeproxyfleet.simulator.issuer;

/** A request that is not granted, as RFC 6749 section 5.2 tells it. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    private Refusal(int status, String error, String description) {
        super(description);
        this.status = status;
        this.error = error;
    }

    static Refusal of(String error, String description) {
        return new Refusal(400, error, description);
    }

    /** The client, or the bearer of a token, is not who it says. */
    static Refusal unauthorized(String error, String description) {
        return new Refusal(401, error, description);
    }

    int status() {
        return status;
    }

    /** For programs, such as {@code invalid_grant}. */
    String error() {
        return error;
    }

    /** For people. */
    String description() {
        return String.valueOf(getMessage());
    }
}
