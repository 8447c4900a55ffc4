package io.reconverge.chaos.device;

import io.reconverge.chaos.check.Evidence.Edit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a device did to its own data, in a file that outlasts a kill of its process: each edit is
/// noted when it begins, and again when the library has returned from it.
final class Journal {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FILE = "edits.jsonl";

    /// What became of an edit, as far as its device came to know.
    enum Stage {
        BEGUN,
        DONE,
        /// There was nothing to delete.
        VOID
    }

    /// @param knownVersion at which the server had shown the entity
    record Line(
            long number,
            String space,
            String type,
            String id,
            String op,
            long knownVersion,
            Stage stage) {

        Line at(Stage later) {
            return new Line(number, space, type, id, op, knownVersion, later);
        }
    }

    private final Path file;

    private Journal(Path file) {
        this.file = file;
    }

    static Journal in(Path folder) {
        return new Journal(folder.resolve(FILE));
    }

    void note(Line line) {
        try {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(line) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Greater than that of any edit before.
    long nextNumber() {
        return lines().stream().mapToLong(Line::number).max().orElse(0) + 1;
    }

    /// Each edit once, without those that did nothing.
    List<Edit> edits(String device, String deviceId) {
        Map<Long, Line> last = new HashMap<>();
        lines().forEach(line -> last.put(line.number(), line));
        return last.values().stream()
                .filter(line -> line.stage() != Stage.VOID)
                .map(line ->
                        new Edit(
                                device,
                                deviceId,
                                line.space(),
                                line.type(),
                                line.id(),
                                line.op(),
                                line.number(),
                                line.knownVersion(),
                                line.stage() == Stage.DONE))
                .toList();
    }

    private List<Line> lines() {
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            List<Line> lines = new ArrayList<>();
            for (String text : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
                try {
                    lines.add(JSON.readValue(text, Line.class));
                } catch (JacksonException torn) {
                    // a kill in the middle of it: that edit had not begun
                }
            }
            return lines;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
