package io.reconverge.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Why a program failed, by what it said itself.
public final class Complaint {
    private static final int LENGTH_MAX = 300;

    /// `Error: …`, `SqliteError: …`, `npm error …`, and not a word such as `errors`.
    private static final Pattern ERROR = Pattern.compile("(?i)\\berror |\\w*Error: ");

    private Complaint() {}

    /// The first line of it that tells of an error, or else the last one.
    public static String in(Path log) {
        try {
            return in(Files.readAllLines(log));
        } catch (IOException unreadable) {
            return "it left nothing to read: " + unreadable.getMessage();
        }
    }

    static String in(List<String> lines) {
        List<String> said =
                lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
        String line =
                said.stream()
                        .filter(one -> ERROR.matcher(one).find())
                        .findFirst()
                        .orElse(said.isEmpty() ? "it said nothing" : said.getLast());
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + " …" : line;
    }
}
