package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of output as pieces of text with a meaning; colour and width are decided when it is written. */
record Line(List<Span> spans) {

    static final Line EMPTY = new Line(List.of());

    /** Nothing to show. */
    static final Line DASH = of("-", Tone.QUIET);

    Line {
        spans = List.copyOf(spans);
    }

    /** A piece of text; what a terminal would obey is made visible, since names and messages come from elsewhere. */
    record Span(String text, Tone tone) {

        Span {
            text = Visible.text(text);
        }

        int width() {
            return text.codePointCount(0, text.length());
        }

        private Span cut(int columns) {
            return width() <= columns ? this : new Span(text.substring(0, text.offsetByCodePoints(0, columns)), tone);
        }
    }

    static Line of(String text) {
        return of(text, Tone.PLAIN);
    }

    static Line of(String text, Tone tone) {
        return new Line(List.of(new Span(text, tone)));
    }

    /**
     * A stable code and the sentence to it.
     *
     * @param code null or empty for none
     */
    static Line reason(@Nullable ReasonCode code, String message) {
        return reason(code == null ? "" : code.code(), message);
    }

    static Line reason(String code, String message) {
        Line line = code.isEmpty() ? EMPTY : of(code);
        return message.isBlank() ? line : line.and(line.spans().isEmpty() ? message : ": " + message);
    }

    /** A text, or a dash where there is none. */
    static Line orDash(@Nullable String text) {
        return text == null ? DASH : of(text);
    }

    /** Facts below each other, in order, each behind its name. */
    static List<Line> sheet(Map<String, Line> facts) {
        int names = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        return facts.entrySet().stream()
                .map(fact -> of(fact.getKey(), Tone.QUIET).padded(names + 2).and(fact.getValue()))
                .toList();
    }

    /** Several, one after the other. */
    static Line joined(List<Line> lines) {
        Line all = EMPTY;
        for (Line line : lines) {
            all = (all.spans.isEmpty() ? all : all.and("; ")).and(line);
        }
        return all;
    }

    /** A command to try. */
    static Line command(String why, String command, String program) {
        return of("  " + why + ":  ").and(program + " " + command, Tone.NOTE);
    }

    Line and(String text) {
        return and(text, Tone.PLAIN);
    }

    Line and(String text, Tone tone) {
        List<Span> longer = new ArrayList<>(spans);
        longer.add(new Span(text, tone));
        return new Line(longer);
    }

    Line and(Line other) {
        List<Span> longer = new ArrayList<>(spans);
        longer.addAll(other.spans);
        return new Line(longer);
    }

    /** This line with blanks after it, up to {@code columns}. */
    Line padded(int columns) {
        int missing = columns - width();
        return missing > 0 ? and(" ".repeat(missing)) : this;
    }

    /** This line, its end left out where it is longer. */
    Line cut(int columns) {
        if (width() <= columns) {
            return this;
        }
        List<Span> shown = new ArrayList<>();
        int room = columns - 1;
        for (Span span : spans) {
            if (span.width() > room) {
                shown.add(new Span(span.text().substring(0, span.text().offsetByCodePoints(0, room)), span.tone()));
                break;
            }
            shown.add(span);
            room -= span.width();
        }
        return new Line(shown).and("…", Tone.QUIET);
    }

    int width() {
        return spans.stream().mapToInt(Span::width).sum();
    }

    /** This line if it fits into {@code columns}, else as much of it as does together with {@code ellipsis}. */
    Line cut(int columns, String ellipsis) {
        if (width() <= columns) {
            return this;
        }
        int room = Math.max(0, columns - ellipsis.length());
        List<Span> shown = new ArrayList<>();
        for (Span span : spans) {
            Span cut = span.cut(room);
            shown.add(cut);
            room -= cut.width();
            if (cut.width() < span.width()) {
                break;
            }
        }
        shown.add(new Span(ellipsis, Tone.QUIET));
        return new Line(shown);
    }

    /** The text to write: cut to the look's width, coloured if it has colours, without blanks at its end. */
    String render(Look look) {
        StringBuilder text = new StringBuilder();
        for (Span span : cut(look.width(), look.ellipsis()).spans) {
            text.append(look.colour() ? span.tone().paint(span.text()) : span.text());
        }
        return text.toString().stripTrailing();
    }
}
