package io.reconverge.bench.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Findings on a terminal.
public final class Table {
    private final PrintStream out;

    public Table(PrintStream out) {
        this.out = out;
    }

    public void print(Findings findings) {
        out.printf("%n%s: %s%n%n", findings.name(), findings.question());
        List<Row> together = new ArrayList<>();
        for (Row row : findings.rows()) {
            // rows of other columns make another table
            if (!together.isEmpty()
                    && !together.getLast().values().keySet().equals(row.values().keySet())) {
                printRows(together);
                together.clear();
            }
            together.add(row);
        }
        printRows(together);
        for (Check check : findings.checks()) {
            out.printf(
                    "  %-6s %s: %s%n",
                    check.met() ? "met" : "MISSED", check.wanted(), check.found());
        }
        findings.notes().forEach(note -> out.println("  " + note));
    }

    private void printRows(List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Set<String> columns = new LinkedHashSet<>(rows.getFirst().values().keySet());
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("", ""));
        head.addAll(columns);
        lines.add(head);
        for (Row row : rows) {
            List<String> line = new ArrayList<>(List.of(row.condition(), row.subject()));
            columns.forEach(column ->
                    line.add(Check.number(row.values().getOrDefault(column, Double.NaN))));
            lines.add(line);
        }
        int[] widths = new int[head.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            var text = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String format = i < 2 ? "%-" + widths[i] + "s  " : "%" + widths[i] + "s  ";
                text.append(format.formatted(line.get(i)));
            }
            out.println(text.toString().stripTrailing());
        }
        out.println();
    }
}
