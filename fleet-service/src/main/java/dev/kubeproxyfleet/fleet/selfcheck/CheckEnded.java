package dev.kubeproxyfleet.fleet.selfcheck;

/** Ends the start of a service that was only to be checked. */
public final class CheckEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** The message is the report, as it is printed. */
    CheckEnded(Report report) {
        // No stack: it is no failure.
        super(report.text(), null, false, false);
        this.exitCode = report.exitCode();
    }

    /** Of the process. */
    public int exitCode() {
        return exitCode;
    }
}
