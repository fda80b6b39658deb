package dev.kubeproxyfleet.cli.backup;

/** A backup or a restore has not been done; the message says what is in the way, and what to do. */
public final class BackupException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is in the way. */
    public enum Obstacle {
        /** The file cannot be written, or is not a whole backup. */
        File,
        /** Kafka holds what must not be overwritten, does not hold what is to be saved, or gives no right. */
        Refused,
        /** Kafka does not answer, or has failed. */
        Kafka
    }

    private final Obstacle obstacle;

    BackupException(Obstacle obstacle, String message) {
        super(message);
        this.obstacle = obstacle;
    }

    public Obstacle obstacle() {
        return obstacle;
    }
}
