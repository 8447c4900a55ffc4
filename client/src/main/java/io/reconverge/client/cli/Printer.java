package io.reconverge.client.cli;

import io.reconverge.wire.WireJson;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What goes to stdout and stderr: lines for people, or JSON for programs, never both on stdout.
///
/// What users and servers wrote is shown with control characters escaped, so that a title can
/// neither move the cursor nor read right to left.
final class Printer {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final Surroundings surroundings;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final boolean quiet;
    private final boolean coloured;

    Printer(Surroundings surroundings, boolean json, boolean quiet) {
        this.surroundings = surroundings;
        this.out = surroundings.out();
        this.err = surroundings.err();
        this.json = json;
        this.quiet = quiet;
        this.coloured =
                surroundings.outIsTerminal()
                        && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    enum Colour {
        GREEN(32),
        YELLOW(33),
        RED(31),
        FAINT(2);

        private final int code;

        Colour(int code) {
            this.code = code;
        }
    }

    boolean isJson() {
        return json;
    }

    /// One JSON document on a line of its own.
    void document(Object document) {
        out.println(escaped(WireJson.MAPPER.writeValueAsString(document)));
    }

    /// JSON for people: indented.
    void pretty(JsonNode tree) {
        String text = WireJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
        text.lines().forEach(line -> out.println(escaped(line)));
    }

    /// A line of the answer itself, which `--quiet` does not keep back.
    void line(String text) {
        out.println(text);
    }

    /// A line that says that it was done.
    void done(String text) {
        if (!quiet && !json) {
            out.println(text);
        }
    }

    /// A line on stderr, beside the answer.
    void note(String text) {
        if (!quiet && !json) {
            err.println(text);
        }
    }

    void table(Table table) {
        table(table, true);
    }

    /// @param head whether to begin with the names of the columns
    void table(Table table, boolean head) {
        int columns = surroundings.outIsTerminal() ? surroundings.columns() : 0;
        if (head) {
            table.printHead(out, columns);
        }
        table.printRows(out, columns);
    }

    String coloured(Colour colour, String text) {
        return coloured ? "\u001b[%dm%s\u001b[0m".formatted(colour.code, text) : text;
    }

    /// A time of day, by this device's clock and zone.
    String time(@Nullable Long atMillis) {
        return atMillis == null
                ? "never"
                : TIME.format(
                        Instant.ofEpochMilli(atMillis).atZone(surroundings.clock().getZone()));
    }

    /// How long ago, or how long from now, in the largest unit that fits.
    String span(long millis) {
        long seconds = Math.abs(millis) / 1_000;
        for (Unit unit : UNITS) {
            if (seconds >= unit.seconds) {
                long count = seconds / unit.seconds;
                return count + " " + unit.name + (count == 1 ? "" : "s");
            }
        }
        return "less than a second";
    }

    private record Unit(String name, long seconds) {}

    private static final List<Unit> UNITS =
            List.of(
                    new Unit("day", 86_400),
                    new Unit("hour", 3_600),
                    new Unit("minute", 60),
                    new Unit("second", 1));

    /// A size for people, such as `1.4 MiB`.
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        while (size >= 1023.95 && unit < 3) {
            size /= 1024;
            unit++;
        }
        return String.format(java.util.Locale.ROOT, "%.1f %siB", size, "KMGT".charAt(unit));
    }

    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /// For log lines, which name what others wrote.
    static PrintStream escaping(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8) {
            @Override
            public void println(@Nullable String line) {
                super.println(line == null ? null : escaped(line));
            }
        };
    }

    /// With what could act on a terminal written as JSON would write it: `\u001b`. Within JSON it
    /// changes no meaning.
    static String escaped(String text) {
        if (text.codePoints().noneMatch(Printer::isHostile)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(point -> {
                    if (!isHostile(point)) {
                        safe.appendCodePoint(point);
                    } else if (point == '\n') {
                        safe.append("\\n");
                    } else if (point == '\t') {
                        safe.append("\\t");
                    } else {
                        for (char unit : Character.toChars(point)) {
                            safe.append("\\u%04x".formatted((int) unit));
                        }
                    }
                });
        return safe.toString();
    }

    /// Controls, halves of pairs, line ends, and what turns the direction of reading; but not the
    /// joiners that scripts and emoji are written with.
    private static boolean isHostile(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            case Character.FORMAT -> point != 0x200c && point != 0x200d;
            default -> false;
        };
    }
}
