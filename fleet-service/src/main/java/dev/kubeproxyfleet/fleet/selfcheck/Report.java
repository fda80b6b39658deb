package dev.kubeproxyfleet.fleet.selfcheck;

import dev.kubeproxyfleet.fleet.selfcheck.Finding.Status;
import java.util.ArrayList;
import java.util.List;

/** What was found, as it is printed. */
record Report(List<Finding> findings) {

    /** Something is missing. */
    static final int MISSING = 1;

    /** A setting cannot be used. */
    static final int INVALID = 2;

    Report {
        findings = List.copyOf(findings);
    }

    /** What is unknown is no failure: the service may work all the same. */
    int exitCode() {
        return count(Status.INVALID) > 0 ? INVALID : count(Status.MISSING) > 0 ? MISSING : 0;
    }

    /** A line for each finding, and one with their numbers. */
    String text() {
        List<String> lines = new ArrayList<>();
        findings.forEach(
                finding -> lines.add("%-8s %s".formatted(finding.status().word(), finding.text())));
        String invalid = count(Status.INVALID) > 0 ? ", " + count(Status.INVALID) + " invalid" : "";
        lines.add("%d ok, %d missing, %d unknown%s"
                .formatted(count(Status.OK), count(Status.MISSING), count(Status.UNKNOWN), invalid));
        return String.join("\n", lines);
    }

    private long count(Status status) {
        return findings.stream().filter(finding -> finding.status() == status).count();
    }
}
