package io.reconverge.client.replica;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which entities of a type are asked for, in order of their ids by code points.
///
/// @param where top-level members and what they are: a String, a Number or a Boolean
/// @param after only ids greater than this; null for all
/// @param limit at most so many
public record Query(String type, Map<String, Object> where, @Nullable String after, int limit) {

    public Query {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be 0 or more");
        }
        where = Map.copyOf(where);
        for (Object value : where.values()) {
            if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
                throw new IllegalArgumentException(
                        "a member is a String, a Number or a Boolean, and not " + value.getClass());
            }
        }
    }

    /// All of a type.
    public static Query of(String type) {
        return new Query(type, Map.of(), null, Integer.MAX_VALUE);
    }

    /// Those of them whose member is this as well.
    public Query where(String member, Object value) {
        Map<String, Object> where = new LinkedHashMap<>(this.where);
        where.put(member, value);
        return new Query(type, where, after, limit);
    }

    public Query after(String id) {
        return new Query(type, where, id, limit);
    }

    public Query limit(int limit) {
        return new Query(type, where, after, limit);
    }

    /// A member's value as SQLite has it.
    static Object bound(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? 1 : 0;
            case BigDecimal number -> number.doubleValue();
            default -> value;
        };
    }

    /// The types that `json_each` names such a value by.
    static String typesOf(Object value) {
        return switch (value) {
            case String _ -> "('text')";
            case Boolean truth -> truth ? "('true')" : "('false')";
            default -> "('integer', 'real')";
        };
    }
}
