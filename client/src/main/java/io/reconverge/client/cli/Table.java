package io.reconverge.client.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jline.utils.WCWidth;

/// Rows with aligned columns. Cells are escaped; a column whose name ends in `#` is of numbers, and
/// stands to the right.
final class Table {

    private static final String GAP = "  ";

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();
    private final int[] widths;

    Table(String... head) {
        this.head = List.of(head);
        this.widths = Arrays.stream(head).mapToInt(name -> width(name(name))).toArray();
    }

    void row(String... cells) {
        List<String> row = Arrays.stream(cells).map(Printer::escaped).toList();
        if (row.size() != head.size()) {
            throw new IllegalArgumentException(
                    "%d cells, not %d".formatted(row.size(), head.size()));
        }
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], width(row.get(i)));
        }
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /// @param columns that there is room for, where lines are cut off; 0 for any number
    void printHead(PrintStream out, int columns) {
        out.println(cut(line(head.stream().map(Table::name).toList()), columns));
    }

    /// The rows since the last time, without the head: for what is longer than fits into memory.
    void printRows(PrintStream out, int columns) {
        rows.forEach(row -> out.println(cut(line(row), columns)));
        rows.clear();
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - width(cells.get(i))));
            boolean right = head.get(i).endsWith("#");
            line.append(right ? padding : "")
                    .append(cells.get(i))
                    .append(right ? "" : padding)
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private static String name(String head) {
        return head.endsWith("#") ? head.substring(0, head.length() - 1) : head;
    }

    private static String cut(String line, int columns) {
        if (columns == 0 || width(line) <= columns) {
            return line;
        }
        StringBuilder cut = new StringBuilder();
        int width = 0;
        for (int point : line.codePoints().toArray()) {
            width += Math.max(0, WCWidth.wcwidth(point));
            if (width >= columns) {
                break;
            }
            cut.appendCodePoint(point);
        }
        return cut.append('…').toString();
    }

    /// Columns on a terminal, where some letters take two.
    private static int width(String text) {
        return text.codePoints().map(point -> Math.max(0, WCWidth.wcwidth(point))).sum();
    }
}
