package io.reconverge.wire;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The size of a JSON value as compact text in UTF-8, without making that text.
final class JsonSize {

    private JsonSize() {}

    /// @param node no deeper than [StrictJson#DEPTH_MAX]
    static long of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                long size = 2L + Math.max(0, node.size() - 1);
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    size += ofText(member.getKey()) + 1 + of(member.getValue());
                }
                yield size;
            }
            case ARRAY -> {
                long size = 2L + Math.max(0, node.size() - 1);
                for (JsonNode element : node) {
                    size += of(element);
                }
                yield size;
            }
            case STRING -> ofText(node.stringValue());
            case NUMBER -> node.asString().length();
            case BOOLEAN -> node.booleanValue() ? 4 : 5;
            case NULL -> 4;
            case BINARY, POJO, MISSING ->
                    throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        };
    }

    private static long ofText(String text) {
        long size = 2;
        for (int i = 0; i < text.length(); i++) {
            size += ofCharacter(text.charAt(i));
        }
        return size;
    }

    private static int ofCharacter(char c) {
        return switch (c) {
            case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
            default -> {
                if (c < 0x20) {
                    yield 6;
                }
                if (c < 0x80) {
                    yield 1;
                }
                // four bytes for the two halves of a surrogate pair
                yield c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        };
    }
}
