package dev.kubeproxyfleet.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines that are drawn again in place, on a terminal that understands ECMA-48. The cursor hides until {@link #close}. */
final class Drawing implements AutoCloseable {

    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_LINE_END = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLEAR_ALL = "\u001b[H\u001b[2J";

    private final PrintWriter out;
    private int drawn;
    private @Nullable Look last;

    Drawing(PrintWriter out) {
        this.out = out;
        out.print(HIDE_CURSOR);
    }

    /** Replaces what was drawn before. A window of another size breaks lines anew, so all of it is cleared then. */
    void draw(List<Line> lines, Look look) {
        StringBuilder text = new StringBuilder();
        boolean resized = last != null && (last.width() != look.width() || last.height() != look.height());
        if (resized) {
            text.append(CLEAR_ALL);
        } else if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        List<Line> fitting = new ArrayList<>(lines.subList(0, Math.min(lines.size(), look.height() - 1)));
        for (Line line : fitting) {
            text.append('\r').append(line.render(look)).append(CLEAR_LINE_END).append('\n');
        }
        text.append(CLEAR_BELOW);
        out.print(text);
        out.flush();
        drawn = fitting.size();
        last = look;
    }

    @Override
    public void close() {
        out.print(SHOW_CURSOR);
        out.flush();
    }
}
