package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found of a cluster so far. */
final class Findings {

    private final List<Finding> found = new ArrayList<>();

    void blocks(Reason code, Source source, String message) {
        add(code, Weight.Blocks, source, message, helps(code));
    }

    void unknown(Reason code, Source source, String message) {
        add(code, Weight.Unknown, source, message, helps(code));
    }

    void note(Reason code, Source source, String message) {
        add(code, Weight.Note, source, message, helps(code));
    }

    /** @param helps where what helps in general does not help here */
    void add(Reason code, Weight weight, Source source, String message, @Nullable String helps) {
        found.add(new Finding(code.code(), weight, source, message, helps));
    }

    boolean has(Reason code) {
        return found.stream().anyMatch(finding -> finding.code().equals(code.code()));
    }

    Verdict verdict() {
        if (found.stream().anyMatch(finding -> finding.weight() == Weight.Blocks)) {
            return Verdict.Blocked;
        }
        return found.stream().anyMatch(finding -> finding.weight() == Weight.Unknown) ? Verdict.Unknown : Verdict.Ready;
    }

    List<Finding> heaviestFirst() {
        return found.stream().sorted(Comparator.comparing(Finding::weight)).toList();
    }

    /** The guide's words without its marks. */
    private static @Nullable String helps(Reason code) {
        String helps = code.words().helps();
        return helps == null ? null : helps.replace("`", "");
    }
}
