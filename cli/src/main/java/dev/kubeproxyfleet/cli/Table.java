package dev.kubeproxyfleet.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns below their headings. The last column takes what is left of the width. */
final class Table {

    private static final int GAP = 2;

    /** Columns but the last are no wider: names have at most 63 characters, and one text must not push the others away. */
    private static final int WIDEST = 90;

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
            row.add(column == cells.length - 1 ? cells[column] : cells[column].cut(WIDEST));
        }
        rows.add(List.copyOf(row));
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
