package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the gates of a stage say: a line for each that a reader has to know of, and one that counts the others.
 *
 * <p>A stage that waits has nothing to say, and one that is done only what did not pass.
 */
final class GateLines {

    /** The worst come first; a stage may have 21 gates. */
    private static final int MOST_LINES = 6;

    private static final int NAME_COLUMNS = 17;
    private static final int VERDICT_COLUMNS = GateVerdict.Inconclusive.name().length();

    private GateLines() {}

    static List<Line> of(RolloutStatus.Stage stage, Look look) {
        if (stage.state() == RolloutStatus.StageState.Waiting) {
            return List.of();
        }
        List<RolloutStatus.StageGate> notable = stage.gates().stream()
                .filter(GateLines::isNotable)
                .sorted(Comparator.comparingInt(GateLines::rank))
                .toList();
        List<Line> lines = new ArrayList<>();
        notable.stream().limit(MOST_LINES).map(gate -> line(gate, look)).forEach(lines::add);
        if (notable.size() > MOST_LINES) {
            lines.add(Line.of(
                    "  " + look.ellipsis() + " " + Count.of(notable.size() - MOST_LINES, "more gate"), Tone.QUIET));
        }
        String quiet = quiet(stage);
        if (stage.state() != RolloutStatus.StageState.Done && !quiet.isEmpty()) {
            lines.add(Line.of("  ").and(Symbols.of(GateVerdict.Pass, look)).and(" " + quiet, Tone.QUIET));
        }
        return lines;
    }

    /** The name of the worst gate that stands in the way of its rollout, which a person can overrule; empty if none does. */
    static Optional<String> worst(RolloutStatus rollout) {
        return rollout.stages().stream()
                .filter(stage -> stage.state() != RolloutStatus.StageState.Done)
                .flatMap(stage -> stage.gates().stream())
                .filter(GateLines::stops)
                .min(Comparator.comparingInt(GateLines::rank))
                .map(RolloutStatus.StageGate::name);
    }

    private static boolean stops(RolloutStatus.StageGate gate) {
        return gate.judges()
                && gate.overruled() == null
                && (gate.verdict() == GateVerdict.Fail || gate.verdict() == GateVerdict.Inconclusive);
    }

    /** What nobody waits for, and nobody has overruled, is no news until it fails or cannot tell. */
    private static boolean isNotable(RolloutStatus.StageGate gate) {
        return gate.overruled() != null || (gate.verdict() != GateVerdict.Pass && gate.code() != null);
    }

    /** What a reader wants to see first. */
    private static int rank(RolloutStatus.StageGate gate) {
        int rank = switch (gate.verdict()) {
            case Fail -> 0;
            case Inconclusive -> 1;
            case Pass -> 2;
            case null -> 2;
        };
        return gate.judges() && gate.overruled() == null ? rank : rank + 3;
    }

    private static Line line(RolloutStatus.StageGate gate, Look look) {
        GateVerdict verdict = gate.verdict();
        Tone tone = stops(gate) ? Symbols.tone(verdict) : Tone.QUIET;
        Line line = Line.of("  ")
                .and(Symbols.of(verdict, look))
                .and(" ")
                .and(Line.of(gate.name()).padded(NAME_COLUMNS))
                .and("  ")
                .and(Line.of(verdict == null ? "awaited" : verdict.name(), tone).padded(VERDICT_COLUMNS))
                .and("  ");
        RolloutStatus.Overruled overruled = gate.overruled();
        if (overruled != null) {
            String reason = overruled.reason() == null ? "" : ": " + overruled.reason();
            return line.and("overridden by " + overruled.actor() + reason, Tone.NOTE)
                    .and(look.dot() + words(gate), Tone.QUIET);
        }
        return gate.judges() ? line.and(words(gate)) : line.and("observed only" + look.dot() + words(gate), Tone.QUIET);
    }

    private static String words(RolloutStatus.StageGate gate) {
        RolloutStatus.Figures figures = gate.figures();
        if (figures == null) {
            return gate.message();
        }
        String seen = figures.expectedEvents() == null
                ? String.format(Locale.ROOT, "%,d, expected unknown", figures.changedEvents())
                : String.format(
                        Locale.ROOT,
                        "%,d, %s expected, E %s",
                        figures.changedEvents(),
                        expected(figures.expectedEvents()),
                        GateWords.evidence(figures.evidence()));
        return gate.verdict() == GateVerdict.Inconclusive && gate.code() != null
                ? gate.code().code() + ": " + seen
                : seen;
    }

    /** Below ten, the part behind the point matters. */
    private static String expected(double events) {
        return String.format(Locale.ROOT, events < 10 ? "%.1f" : "%,.0f", events);
    }

    private static String quiet(RolloutStatus.Stage stage) {
        List<RolloutStatus.StageGate> others =
                stage.gates().stream().filter(gate -> !isNotable(gate)).toList();
        int passed = (int) others.stream()
                .filter(gate -> gate.verdict() == GateVerdict.Pass)
                .count();
        int watched = others.size() - passed;
        List<String> parts = new ArrayList<>();
        if (passed > 0) {
            parts.add(passed + (passed == 1 ? " gate passes" : " gates pass"));
        }
        if (watched > 0) {
            parts.add(
                    passed > 0
                            ? watched + " watched"
                            : Count.of(watched, "gate") + " watched, nothing against it so far");
        }
        return String.join(", ", parts);
    }
}
