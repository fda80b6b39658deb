package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What was asked for, and what came of it. */
final class AuditTable {

    private AuditTable() {}

    /** {@code GET /audit}, newest first. */
    static List<Line> of(List<AuditRecord> entries) {
        Table table = new Table("WHEN", "ACTOR", "ACTION", "ON", "VERDICT", "MESSAGE");
        for (AuditRecord entry : entries) {
            table.add(
                    Line.of(entry.at().truncatedTo(ChronoUnit.SECONDS).toString()),
                    Line.of(entry.actor()),
                    Line.of(entry.action()),
                    Line.of(entry.rollout() == null ? entry.config() : entry.rollout(), Tone.STRONG),
                    Line.of(entry.verdict().name(), tone(entry.verdict())),
                    Line.reason(entry.code(), entry.message())
                            .and(entry.reason() == null ? "" : " (" + entry.reason() + ")", Tone.QUIET));
        }
        return entries.isEmpty() ? List.of(Line.of("nothing of that is on record")) : table.lines();
    }

    /** What the controller answered to a request. */
    static Line answer(AuditRecord audit, Look look) {
        Line sign = audit.verdict() == AuditRecord.Verdict.Refused ? Symbols.bad(look) : Symbols.good(look);
        return sign.and(" ")
                .and(audit.rollout() == null ? audit.config() : audit.rollout(), Tone.STRONG)
                .and("  ")
                .and(audit.message())
                .and(" [" + audit.code() + "]", Tone.QUIET);
    }

    private static Tone tone(AuditRecord.Verdict verdict) {
        return switch (verdict) {
            case Done -> Tone.GOOD;
            case Unchanged -> Tone.QUIET;
            case Refused -> Tone.BAD;
        };
    }
}
