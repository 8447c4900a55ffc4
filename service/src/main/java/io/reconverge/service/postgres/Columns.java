package io.reconverge.service.postgres;

import io.r2dbc.spi.Readable;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.WireJson;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A row's columns by their names. JSON stays the text that it is stored as.
public record Columns(Readable row) {

    public static <T> Function<Readable, T> as(Function<Columns, T> what) {
        return row -> what.apply(new Columns(row));
    }

    public String text(String column) {
        return present(column, String.class);
    }

    public @Nullable String textOrNull(String column) {
        return row.get(column, String.class);
    }

    public long number(String column) {
        return present(column, Long.class);
    }

    public @Nullable Long numberOrNull(String column) {
        return row.get(column, Long.class);
    }

    public boolean flag(String column) {
        return present(column, Boolean.class);
    }

    public UUID uuid(String column) {
        return present(column, UUID.class);
    }

    /// A JSON array of strings; empty for null.
    public List<String> texts(String column) {
        String json = row.get(column, String.class);
        return json == null ? List.of() : List.of(WireJson.MAPPER.readValue(json, String[].class));
    }

    /// JSON, on one line: answers in lines depend on it. What is stored has no line breaks, unless
    /// another hand stored it; between JSON's tokens, the only place where they can be, they mean
    /// nothing.
    public @Nullable JsonObject json(String column) {
        String text = row.get(column, String.class);
        if (text == null) {
            return null;
        }
        boolean oneLine = text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
        return JsonObject.ofText(oneLine ? text : text.replace('\n', ' ').replace('\r', ' '));
    }

    private <T> T present(String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
