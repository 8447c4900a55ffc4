package io.reconverge.gateway.protocol.spaces;

import com.fasterxml.jackson.annotation.JsonValue;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.WireJson;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What the app has, what it is called there and here, and what a member is when nobody has said.
enum Kind {
    SPACE(
            "space",
            "spaces",
            """
            {"icon": "folder", "color": "#6366f1", "isVisible": true, "order": 0,
             "collaborators": []}
            """),
    CATEGORY(
            "category",
            "categories",
            """
            {"icon": "list", "color": "#8b5cf6", "isVisible": true, "order": 0}
            """),
    ITEM(
            "item",
            "items",
            """
            {"type": "custom", "isCompleted": false, "priority": "medium", "order": 0, "tags": []}
            """);

    static final List<String> TYPES = Arrays.stream(values()).map(Kind::type).toList();

    private final String word;
    private final String plural;
    private final ObjectNode defaults;

    Kind(String word, String plural, String defaults) {
        this.word = word;
        this.plural = plural;
        this.defaults = WireJson.MAPPER.readValue(defaults, ObjectNode.class);
    }

    @JsonValue
    String word() {
        return word;
    }

    String plural() {
        return plural;
    }

    /// The type of its entities.
    String type() {
        return "spaces-" + word;
    }

    /// A copy.
    ObjectNode defaults() {
        return defaults.deepCopy();
    }

    EntityKey key(String localId) {
        return new EntityKey(type(), localId);
    }

    static Optional<Kind> ofWord(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    static Optional<Kind> ofType(String type) {
        return Arrays.stream(values()).filter(kind -> kind.type().equals(type)).findFirst();
    }
}
