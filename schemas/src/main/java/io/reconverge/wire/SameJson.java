package io.reconverge.wire;

import java.math.BigDecimal;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Whether two values say the same: the order of members and the spelling of numbers (`1`, `1.0`,
/// `10e-1`) aside.
public final class SameJson {

    private SameJson() {}

    /// @param one null for no value, which is another thing than JSON's null
    public static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
        return one == null ? other == null : other != null && one.equals(BY_VALUE, other);
    }

    /// @param one null for no object
    public static boolean same(@Nullable JsonObject one, @Nullable JsonObject other) {
        return one == null ? other == null : other != null && same(one.tree(), other.tree());
    }

    private static final Comparator<JsonNode> BY_VALUE =
            (one, other) -> {
                if (one.isNumber() && other.isNumber()) {
                    BigDecimal number = one.decimalValue();
                    return number.compareTo(other.decimalValue());
                }
                return one.equals(other) ? 0 : 1;
            };
}
