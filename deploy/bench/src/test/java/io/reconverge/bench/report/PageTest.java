package io.reconverge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PageTest {
    @TempDir Path folder;

    @Test
    void a_report_is_one_page_that_needs_nothing_else_and_json_beside_it() throws Exception {
        Findings found = findings();
        Page.write(
                new Report(
                        "2026-11-21T00:00:00Z",
                        "abc",
                        "deploy/bench/run </script>",
                        Map.of("processors", "2"),
                        Map.of("worker-1", "-Xmx512m"),
                        List.of(found)),
                folder);

        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page)
                .contains("Chart.js v4")
                .contains("\"wanted\"")
                .doesNotContain("/* the report */")
                .doesNotContain("src=\"http")
                .doesNotContain("run </script>");
        var json = new JsonMapper().readTree(Files.readString(folder.resolve("report.json")));
        assertThat(json.at("/findings/0/rows/0/values/p50 ms").asDouble()).isEqualTo(1.5);
        assertThat(json.at("/findings/0/checks/0/met").asBoolean()).isTrue();
    }

    @Test
    void a_terminal_shows_rows_targets_and_notes() {
        var out = new ByteArrayOutputStream();

        new Table(new PrintStream(out, true, StandardCharsets.UTF_8)).print(findings());

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("p50 ms", "1.50", "12,346")
                .containsPattern("met +fast: 2.00 ×")
                .containsPattern("MISSED +faster: – ×")
                .contains("a note");
    }

    private static Findings findings() {
        Findings found = Findings.of("single", "How fast?");
        found.rows()
                .add(
                        Row.of("reconverge", "64 connections")
                                .with("p50 ms", 1.5)
                                .with("changes/s", 12_345.6)
                                .row());
        found.checks().add(Check.atLeast("fast", 2, 1, "×"));
        found.checks().add(Check.atLeast("faster", Double.POSITIVE_INFINITY, 1, "×"));
        Series line = Series.line("reconverge");
        line.add(1, 2);
        found.plots().add(new Plot("Rate", Kind.LINES, "x", "y", true, List.of(line)));
        found.notes().add("a note");
        return found;
    }
}
