package io.reconverge.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tables of SPEC.md, as data.
public final class SpecTables {

    /// A table whose rows have names.
    ///
    /// @param rows each by the first cell's text, then by the head of the column
    public record Table(List<String> heads, Map<String, Map<String, String>> rows) {}

    private SpecTables() {}

    /// The first table whose head begins with these cells.
    public static Table beginning(String... heads) {
        List<String> lines = lines();
        for (int i = 0; i + 1 < lines.size(); i++) {
            List<String> cells = cells(lines.get(i));
            if (lines.get(i + 1).startsWith("| ---")
                    && cells.size() >= heads.length
                    && cells.subList(0, heads.length).equals(List.of(heads))) {
                return table(cells, lines.subList(i + 2, lines.size()));
            }
        }
        throw new AssertionError("SPEC.md has no table that begins with " + Arrays.toString(heads));
    }

    private static Table table(List<String> heads, List<String> lines) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (String line : lines) {
            if (!line.startsWith("|")) {
                break;
            }
            List<String> cells = cells(line);
            if (cells.size() != heads.size()) {
                throw new AssertionError("a row has another width than its head: " + line);
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 1; i < cells.size(); i++) {
                row.put(heads.get(i), cells.get(i));
            }
            if (rows.put(cells.getFirst(), row) != null) {
                throw new AssertionError("given twice: " + cells.getFirst());
            }
        }
        return new Table(heads.subList(1, heads.size()), rows);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells.size() < 3 ? List.of() : cells.subList(1, cells.size() - 1);
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("SPEC.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
