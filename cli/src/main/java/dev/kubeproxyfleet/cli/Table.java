package dev.kubeproxyfleet.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns below their headings. The last column takes what is left of the width.
 *
 * <p>One text of any length does not widen the table for all others: longer cells are cut, wherever the table goes. JSON and YAML
 * have all of them in full.
 */
final class Table {

    /** Columns of the widest cell; names of Azure and Kubernetes have 63 characters at most, configurations about as many. */
    static final int WIDEST_CELL = 80;

    /** Columns of the widest message at the end of a row. */
    static final int WIDEST_LAST_CELL = 600;

    private static final int GAP = 2;
    private static final String ELLIPSIS = "...";

    private final List<String> headings;
    private final List<List<Line>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row with as many cells as there are headings. */
    void add(Line... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        List<Line> row = new ArrayList<>();
        for (int column = 0; column < cells.length; column++) {
            row.add(cells[column].cut(column == cells.length - 1 ? WIDEST_LAST_CELL : WIDEST_CELL, ELLIPSIS));
        }
        rows.add(row);
    }

    List<Line> lines() {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            int widest = headings.get(column).length();
            for (List<Line> row : rows) {
                widest = Math.max(widest, row.get(column).width());
            }
            widths[column] = widest;
        }
        List<Line> lines = new ArrayList<>();
        lines.add(join(headings.stream().map(h -> Line.of(h, Tone.QUIET)).toList(), widths));
        for (List<Line> row : rows) {
            lines.add(join(row, widths));
        }
        return lines;
    }

    private static Line join(List<Line> cells, int[] widths) {
        Line line = Line.EMPTY;
        for (int column = 0; column < cells.size(); column++) {
            boolean last = column == cells.size() - 1;
            line = line.and(last ? cells.get(column) : cells.get(column).padded(widths[column] + GAP));
        }
        return line;
    }
}
