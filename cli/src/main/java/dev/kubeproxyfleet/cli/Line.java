package dev.kubeproxyfleet.cli;

import java.util.ArrayList;
import java.util.List;

/** One line of output as pieces of text with a meaning; colour and width are decided when it is written. */
record Line(List<Span> spans) {

    static final Line EMPTY = new Line(List.of());

    Line {
        spans = List.copyOf(spans);
    }

    /**
     * A piece of text. Control characters are replaced: names and messages come from elsewhere, and a terminal obeys what it
     * is sent.
     */
    record Span(String text, Tone tone) {

        Span {
            text = clean(text);
        }

        int width() {
            return text.codePointCount(0, text.length());
        }

        private static String clean(String text) {
            StringBuilder cleaned = new StringBuilder(text.length());
            text.codePoints()
                    .forEach(c -> cleaned.appendCodePoint(
                            Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c));
            return cleaned.toString();
        }
    }

    static Line of(String text) {
        return of(text, Tone.PLAIN);
    }

    static Line of(String text, Tone tone) {
        return new Line(List.of(new Span(text, tone)));
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

    /** The text to write: cut to the look's width, coloured if it has colours, without blanks at its end. */
    String render(Look look) {
        boolean cut = width() > look.width();
        int room = cut ? Math.max(0, look.width() - look.ellipsis().length()) : look.width();
        List<Span> shown = new ArrayList<>();
        for (Span span : spans) {
            if (span.width() <= room) {
                shown.add(span);
                room -= span.width();
            } else {
                shown.add(new Span(span.text().substring(0, span.text().offsetByCodePoints(0, room)), span.tone()));
                break;
            }
        }
        if (cut) {
            shown.add(new Span(look.ellipsis(), Tone.QUIET));
        }
        StringBuilder text = new StringBuilder();
        for (Span span : shown) {
            text.append(look.colour() ? span.tone().paint(span.text()) : span.text());
        }
        return text.toString().stripTrailing();
    }
}
