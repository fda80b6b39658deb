package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a cluster or a rollout waits for, and what would help. */
final class ExplanationSheet {

    private ExplanationSheet() {}

    /** @param program how the reader calls this program */
    static List<Line> of(ClusterExplanation told, String program, Instant now) {
        return lines(
                ClusterId.name(told.cluster()),
                told.sentence(),
                facts(told.state(), told.code(), told.since(), told.command(), program, now));
    }

    /** @param program how the reader calls this program */
    static List<Line> of(RolloutExplanation told, String program, Instant now) {
        return lines(
                told.rollout(),
                told.sentence(),
                facts(told.state(), told.code(), told.since(), told.command(), program, now));
    }

    private static List<Line> lines(String subject, String sentence, Map<String, Line> facts) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of(subject, Tone.STRONG)
                .and(sentence.startsWith(subject + " ") ? sentence.substring(subject.length()) : ": " + sentence));
        lines.addAll(Line.sheet(facts));
        return lines;
    }

    private static Map<String, Line> facts(
            String state,
            @Nullable String code,
            @Nullable Instant since,
            @Nullable String command,
            String program,
            Instant now) {
        Map<String, Line> facts = new LinkedHashMap<>();
        facts.put("state", Line.reason(state, code == null ? "" : code));
        if (since != null) {
            facts.put(
                    "since",
                    Line.of(since.truncatedTo(ChronoUnit.SECONDS) + " (" + Ages.between(since, now) + " ago)"));
        }
        if (command != null) {
            facts.put("try", Line.of(ownName(command, program), Tone.NOTE));
        }
        return facts;
    }

    /** The service writes {@code kpfleet …}; the reader may have to write {@code ./kpfleet …}. */
    private static String ownName(String command, String program) {
        return command.startsWith("kpfleet ") ? program + command.substring("kpfleet".length()) : command;
    }
}
