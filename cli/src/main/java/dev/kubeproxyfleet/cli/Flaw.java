package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a file.
 *
 * @param code null where the file cannot be read at all
 * @param line from 1; 0 where no line is the place of it
 * @param message one sentence for people
 */
record Flaw(@Nullable ReasonCode code, int line, String message) {

    /** Of the file as such. */
    static Flaw of(String message) {
        return new Flaw(null, 0, message);
    }

    /** @param document as the user wrote it; null for one that was made of what they gave */
    static List<Flaw> of(List<Problem> problems, byte @Nullable [] document) {
        if (document == null) {
            return problems.stream()
                    .map(problem -> new Flaw(problem.code(), 0, problem.message()))
                    .toList();
        }
        Positions positions = Positions.of(document);
        return problems.stream()
                .map(problem -> new Flaw(problem.code(), positions.line(problem.path()), problem.message()))
                .toList();
    }

    /** Such as {@code fleet.yaml:12: /spec/kubeProxy/mode is … [NotAllowed]}. */
    String sentence(String source) {
        String place = LintCommand.shown(source);
        if (line > 0) {
            place += source.equals(ConfigFiles.STANDARD_INPUT) ? ", line " + line : ":" + line;
        }
        return place + ": " + message + (code == null ? "" : " [" + code + "]");
    }
}
