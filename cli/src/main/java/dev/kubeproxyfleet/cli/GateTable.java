package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Every gate of a rollout with all that it compares, in one line each; a dash is what is not known. */
final class GateTable {

    private GateTable() {}

    /** With an empty line before it; nothing if no stage has a gate that says anything. */
    static List<Line> of(RolloutStatus rollout) {
        Table table = new Table(
                "STAGE",
                "GATE",
                "VERDICT",
                "REASON",
                "CHANGED",
                "CLUSTERS/NODES",
                "NODE-SECONDS",
                "UNCHANGED",
                "CLUSTERS/NODES",
                "NODE-SECONDS",
                "EXPECTED",
                "E");
        boolean none = true;
        for (RolloutStatus.Stage stage : rollout.stages()) {
            for (RolloutStatus.StageGate gate : stage.gates()) {
                none = false;
                add(table, stage.name(), gate);
            }
        }
        return none
                ? List.of()
                : Stream.concat(Stream.of(Line.EMPTY), table.lines().stream()).toList();
    }

    private static void add(Table table, String stage, RolloutStatus.StageGate gate) {
        RolloutStatus.Figures figures = gate.figures();
        Line verdict = gate.verdict() == null
                ? Line.of(figures == null ? "awaited" : "watched", Tone.QUIET)
                : Line.of(gate.verdict().name(), Symbols.tone(gate.verdict()));
        table.add(
                Line.of(stage),
                Line.of(gate.name(), Tone.STRONG),
                verdict.and(gate.judges() ? "" : " (observed)", Tone.QUIET)
                        .and(gate.overruled() == null ? "" : " (overridden)", Tone.NOTE),
                Line.orDash(ReasonCode.text(gate.code())),
                figures == null ? Line.DASH : count(figures.changedEvents()),
                figures == null ? Line.DASH : who(figures.changedClusters(), figures.changedNodes()),
                figures == null ? Line.DASH : count(Math.round(figures.changedNodeSeconds())),
                figures == null ? Line.DASH : count(figures.unchangedEvents()),
                figures == null ? Line.DASH : who(figures.unchangedClusters(), figures.unchangedNodes()),
                figures == null ? Line.DASH : count(Math.round(figures.unchangedNodeSeconds())),
                figures == null || figures.expectedEvents() == null
                        ? Line.DASH
                        : Line.of(String.format(Locale.ROOT, "%,.1f", figures.expectedEvents())),
                figures == null || figures.expectedEvents() == null
                        ? Line.DASH
                        : Line.of(GateWords.evidence(figures.evidence())));
    }

    private static Line who(int clusters, int nodes) {
        return Line.of(clusters + "/" + nodes);
    }

    private static Line count(long number) {
        return Line.of(String.format(Locale.ROOT, "%,d", number));
    }
}
