package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.EntityKey;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// What is written one at a time.
enum Kind {
    CONTENT(
            "content",
            Logdate.NOTE,
            List.of("type", "content", "mediaUri", "durationMs"),
            Map.of("type", StringNode.valueOf("TEXT"), "content", StringNode.valueOf(""))),
    JOURNALS(
            "journals",
            Logdate.JOURNAL,
            List.of("title", "description"),
            Map.of("title", StringNode.valueOf("")));

    static final String CREATED_AT = "createdAt";
    static final String LAST_UPDATED = "lastUpdated";

    private final String path;
    private final String type;
    private final List<String> members;
    private final Map<String, JsonNode> defaults;

    Kind(String path, String type, List<String> members, Map<String, JsonNode> defaults) {
        this.path = path;
        this.type = type;
        this.members = members;
        this.defaults = defaults;
    }

    /// How paths name it.
    static Kind ofPath(String path) {
        return path.equals(CONTENT.path) ? CONTENT : JOURNALS;
    }

    String path() {
        return path;
    }

    String type() {
        return type;
    }

    EntityKey key(String id) {
        return new EntityKey(type, id);
    }

    /// Beside its two times.
    List<String> members() {
        return members;
    }

    /// What an update of something that is not there makes of members it does not give.
    Map<String, JsonNode> defaults() {
        return defaults;
    }
}
