package io.reconverge.entities;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import com.networknt.schema.format.Formats;
import java.util.List;
import java.util.Map;

/// A `format` that is asserted, of text that is not longer than what has this format ever is: some
/// are matched by regular expressions that a long text would occupy for minutes.
record BoundedFormat(Format format, int lengthMax) implements Format {

    /// The formats asserted, and the characters of each at most. The others only annotate.
    private static final Map<String, Integer> LENGTHS =
            Map.of(
                    "date", 16,
                    "time", 64,
                    "date-time", 64,
                    "duration", 64,
                    "uuid", 36,
                    "uri", 65_536,
                    "uri-reference", 65_536,
                    "email", 320,
                    "ipv4", 15,
                    "ipv6", 45);

    static List<Format> all() {
        return LENGTHS.entrySet().stream()
                .<Format>map(bound -> new BoundedFormat(named(bound.getKey()), bound.getValue()))
                .toList();
    }

    private static Format named(String name) {
        return Formats.DEFAULT.stream()
                .filter(format -> format.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    @Override
    public boolean matches(ExecutionContext execution, SchemaContext schema, String text) {
        return text.length() <= lengthMax && format.matches(execution, schema, text);
    }
}
