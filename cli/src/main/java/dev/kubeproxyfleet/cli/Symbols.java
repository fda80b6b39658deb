package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import org.jspecify.annotations.Nullable;

/** One sign and one tone for each state. Every sign is one column wide; the ASCII ones are for terminals without UTF-8. */
final class Symbols {

    private Symbols() {}

    static Line of(RolloutClusterStatus.State state, Look look) {
        return switch (state) {
            case Waiting -> sign(look, "○", ".", Tone.QUIET);
            case Updating -> sign(look, "↻", ">", Tone.BUSY);
            case Verifying -> sign(look, "◉", "~", Tone.BUSY);
            case Converged -> sign(look, "✓", "+", Tone.GOOD);
            case Failed -> sign(look, "✗", "x", Tone.BAD);
            case Skipped -> sign(look, "–", "-", Tone.QUIET);
            case RolledBack -> sign(look, "↩", "<", Tone.NOTE);
        };
    }

    static Line of(RolloutStatus.StageState state, Look look) {
        return switch (state) {
            case Waiting -> sign(look, "○", ".", Tone.QUIET);
            case AwaitingApproval -> sign(look, "?", "?", Tone.NOTE);
            case Updating -> sign(look, "↻", ">", Tone.BUSY);
            case Baking -> sign(look, "◷", "~", Tone.BUSY);
            case Done -> sign(look, "✓", "+", Tone.GOOD);
        };
    }

    /** @param verdict null while there is none */
    static Line of(@Nullable GateVerdict verdict, Look look) {
        return switch (verdict) {
            case null -> sign(look, "○", ".", Tone.QUIET);
            case Pass -> good(look);
            case Fail -> bad(look);
            case Inconclusive -> sign(look, "?", "?", Tone.NOTE);
        };
    }

    /** @param verdict null while there is none */
    static Tone tone(@Nullable GateVerdict verdict) {
        return switch (verdict) {
            case null -> Tone.QUIET;
            case Pass -> Tone.GOOD;
            case Fail -> Tone.BAD;
            case Inconclusive -> Tone.NOTE;
        };
    }

    static Tone tone(RolloutClusterStatus.State state) {
        return switch (state) {
            case Waiting, Skipped -> Tone.QUIET;
            case Updating, Verifying -> Tone.BUSY;
            case Converged -> Tone.GOOD;
            case Failed -> Tone.BAD;
            case RolledBack -> Tone.NOTE;
        };
    }

    static Tone tone(RolloutStatus.State state) {
        return switch (state) {
            case Planned -> Tone.QUIET;
            case Running, RollingBack -> Tone.BUSY;
            case Paused -> Tone.NOTE;
            case Succeeded -> Tone.GOOD;
            case Failed, Aborted, RolledBack -> Tone.BAD;
            case Superseded -> Tone.QUIET;
        };
    }

    static Line good(Look look) {
        return sign(look, "✓", "+", Tone.GOOD);
    }

    static Line skipped(Look look) {
        return sign(look, "–", "-", Tone.QUIET);
    }

    static Line warning(Look look) {
        return sign(look, "!", "!", Tone.NOTE);
    }

    static Line bad(Look look) {
        return sign(look, "✗", "x", Tone.BAD);
    }

    private static Line sign(Look look, String unicode, String ascii, Tone tone) {
        return Line.of(look.unicode() ? unicode : ascii, tone);
    }
}
