package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.login.LoginException;

/** What a script may rely on. These never change their meaning. */
final class ExitCode {

    /** Done; a rollout that was followed Succeeded. */
    static final int OK = 0;
    /** The rollout that was followed or asked for ended otherwise: Failed, Aborted, Superseded, RolledBack. */
    static final int OUTCOME_FAILED = 1;
    /** The command line or the file given makes no sense. */
    static final int USAGE = 2;
    /** The service, or Kafka, answered, and refused. */
    static final int REFUSED = 3;
    /** The service, or Kafka, cannot be reached, or cannot work. */
    static final int UNREACHABLE = 4;
    /** No outcome yet: the rollout still goes on, or the controller has not answered. */
    static final int UNFINISHED = 5;

    /** Done, but what there was to say could not be written: the device is full, or the pipe closed. */
    static final int OUTPUT_LOST = 6;

    private ExitCode() {}

    /** Of a command that has got no token. */
    static int of(LoginException.Obstacle obstacle) {
        return switch (obstacle) {
            case Usage -> USAGE;
            case Refused -> REFUSED;
            case Unreachable -> UNREACHABLE;
        };
    }
}
