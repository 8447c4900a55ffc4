package io.reconverge.chaos.run;

import io.reconverge.chaos.check.Invariant;
import io.reconverge.chaos.schedule.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// An outcome, for people and for programs.
public final class Report {
    private static final int DIFFERENCES_OF_EACH = 5;

    private final Outcome outcome;
    private final Map<String, String> circumstances;

    /// @param circumstances commit, machine, command
    public Report(Outcome outcome, Map<String, String> circumstances) {
        this.outcome = outcome;
        this.circumstances = new LinkedHashMap<>(circumstances);
    }

    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("seed         " + outcome.schedule().seed());
        lines.add("began        " + outcome.begin());
        lines.add("took         %d s".formatted(outcome.took().toSeconds()));
        circumstances.forEach((name, value) -> lines.add("%-12s %s".formatted(name, value)));
        lines.add("");
        lines.add("faults       " + outcome.schedule().faults().size());
        faultsByKind().forEach((kind, count) -> lines.add("  %-18s %d".formatted(kind, count)));
        outcome.skipped()
                .forEach(fault -> lines.add("  not allowed here:  " + fault.toString().strip()));
        Counts counts = outcome.counts();
        lines.add("");
        lines.add(
                "log          %,d rows in %d spaces %s"
                        .formatted(counts.logRows(), counts.spaces(), counts.outcomes()));
        lines.add("entities     %,d".formatted(counts.entities()));
        lines.add(
                "topic        %,d records, %d dead letters"
                        .formatted(counts.published(), counts.deadLetters()));
        lines.add(
                "writers      %,d changes acknowledged %s, %d of a stranger"
                        .formatted(
                                counts.acknowledged(),
                                counts.acknowledgements(),
                                counts.forbidden()));
        lines.add("files        %,d stored".formatted(counts.files()));
        lines.add("answers      " + counts.answers());
        lines.add(
                "devices      %d replicas, %,d edits, %,d entities held"
                        .formatted(
                                counts.replicas(), counts.deviceEdits(), counts.replicaEntities()));
        lines.add("connections  " + counts.connections());
        lines.add("");
        for (Invariant invariant : Invariant.values()) {
            int found = outcome.verdict().violations().getOrDefault(invariant, List.of()).size();
            lines.add(
                    "%-5s %-52s %s"
                            .formatted(
                                    invariant,
                                    invariant.title(),
                                    found == 0 ? "holds" : found + " differences"));
        }
        outcome.trouble().forEach(one -> lines.add("trouble: " + one));
        lines.addAll(outcome.verdict().first(DIFFERENCES_OF_EACH));
        lines.add("");
        lines.add(
                outcome.isGood()
                        ? "Nothing was lost. Seed %d.".formatted(outcome.schedule().seed())
                        : "NOT as it must be: seed %d replays it; what every process said is in %s."
                                .formatted(outcome.schedule().seed(), outcome.plan().folder()));
        return String.join("\n", lines) + "\n";
    }

    /// Writes `report.txt` and `report.json`.
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String name =
                "seed-%d-faults-%d"
                        .formatted(outcome.schedule().seed(), outcome.schedule().faults().size());
        Files.writeString(folder.resolve(name + ".txt"), text() + "\n" + schedule());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", outcome.schedule().seed());
        json.put("began", outcome.begin().toString());
        json.put("tookSeconds", outcome.took().toSeconds());
        json.put("circumstances", circumstances);
        json.put("good", outcome.isGood());
        json.put("faults", outcome.schedule().faults());
        json.put("notAllowedHere", outcome.skipped());
        json.put("counts", outcome.counts());
        json.put("trouble", outcome.trouble());
        json.put("differences", outcome.verdict().violations());
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(folder.resolve(name + ".json").toFile(), json);
    }

    private String schedule() {
        StringBuilder lines = new StringBuilder("the schedule\n");
        outcome.schedule().faults().forEach(fault -> lines.append(fault).append('\n'));
        return lines.toString();
    }

    private Map<String, Long> faultsByKind() {
        Map<String, Long> counts = new TreeMap<>();
        for (Fault fault : outcome.schedule().faults()) {
            counts.merge(fault.kind().name(), 1L, Long::sum);
        }
        return counts;
    }
}
