package io.reconverge.bench.report;

import java.util.ArrayList;
import java.util.List;

/// What one scenario found.
///
/// @param name on the command line
/// @param question that it answers
/// @param notes what a reader should know of the figures
public record Findings(
        String name,
        String question,
        List<Row> rows,
        List<Check> checks,
        List<Plot> plots,
        List<String> notes) {

    public static Findings of(String name, String question) {
        return new Findings(
                name,
                question,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
    }
}
