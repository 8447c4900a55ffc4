package io.reconverge.chaos.check;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as it is: no number loses a digit.
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Json() {}

    /// @return null for null
    public static @Nullable JsonNode parsed(@Nullable String text) {
        return text == null ? null : MAPPER.readTree(text);
    }

    public static JsonNode parsed(byte[] text) {
        return MAPPER.readTree(text);
    }
}
