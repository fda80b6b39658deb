package dev.kubeproxyfleet.cli.login;

/** There is no token to be had; the message says why, and what to do. It never holds a secret. */
public final class LoginException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is in the way. */
    public enum Obstacle {
        /** A file, a variable or an address that makes no sense. */
        Usage,
        /** The provider has refused, or the user has. */
        Refused,
        /** The provider cannot be reached, or answers what is no answer. */
        Unreachable
    }

    private final Obstacle obstacle;

    LoginException(Obstacle obstacle, String message) {
        super(message);
        this.obstacle = obstacle;
    }

    public Obstacle obstacle() {
        return obstacle;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}
