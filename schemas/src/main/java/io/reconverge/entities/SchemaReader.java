package io.reconverge.entities;

import com.networknt.schema.InputFormat;
import com.networknt.schema.serialization.NodeReader;
import io.reconverge.wire.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads schemas for the validator.
///
/// Bounds become decimals: to a bound that is a `long`, the validator compares only what can be
/// made a `long`, and fails on an integer such as 1e400.
final class SchemaReader implements NodeReader {

    private static final List<String> BOUNDS =
            List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

    @Override
    public JsonNode readTree(String content, InputFormat format) {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public JsonNode readTree(InputStream content, InputFormat format) {
        try {
            return read(content.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonNode read(byte[] content) {
        JsonNode schema = StrictJson.parse(content);
        makeBoundsDecimal(schema);
        return schema;
    }

    private static void makeBoundsDecimal(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String bound : BOUNDS) {
                JsonNode value = object.path(bound);
                if (value.isIntegralNumber()) {
                    object.set(bound, DecimalNode.valueOf(value.decimalValue()));
                }
            }
        }
        node.forEach(SchemaReader::makeBoundsDecimal);
    }
}
