package io.reconverge.client.backup;

import io.reconverge.client.media.MediaFacts;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.Medium;
import io.reconverge.wire.Change;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.StrictJson;
import io.reconverge.wire.Text;
import io.reconverge.wire.WireJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A line of a list: an entity, or a file. Read, each checks itself, and says what is wrong in the
/// message of an `IllegalArgumentException`.
sealed interface Line {

    /// Beyond an entity's data: its id and the rest.
    int MAX_BYTES = Change.DATA_MAX_BYTES + 16 * 1024;

    byte[] bytes();

    /// What comes before it in the list has a lesser key, by bytes of UTF-8.
    String key();

    record OfEntity(String id, JsonObject data, long modifiedAt) implements Line {

        static OfEntity of(LocalEntity entity) {
            return new OfEntity(entity.id(), entity.data(), entity.modifiedAt());
        }

        static OfEntity of(String type, byte[] json) {
            ObjectNode line = object(json, Set.of("data", "id", "modifiedAt"));
            String id = text(line, "id");
            new EntityKey(type, id);
            if (!(line.get("data") instanceof ObjectNode data)) {
                throw new IllegalArgumentException("'data' must be an object");
            }
            if (json.length > Change.DATA_MAX_BYTES) {
                requireRoom(data);
            }
            return new OfEntity(id, JsonObject.of(data), time(line));
        }

        private static void requireRoom(ObjectNode data) {
            try {
                StrictJson.parseObject(WireJson.MAPPER.writeValueAsBytes(data));
            } catch (InvalidDocument e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        @Override
        public byte[] bytes() {
            ObjectNode line = WireJson.MAPPER.createObjectNode();
            line.put("id", id).put("modifiedAt", modifiedAt).set("data", data.tree());
            return Canonical.bytes(line);
        }

        @Override
        public String key() {
            return id;
        }
    }

    /// A file.
    ///
    /// @param path of its bytes; null where the backup does not have them
    record OfFile(
            String space, String mediaId, MediaFacts facts, long modifiedAt, @Nullable String path)
            implements Line {

        private static final Set<String> MEMBERS =
                Set.of(
                        "attachedTo",
                        "contentType",
                        "fileName",
                        "mediaId",
                        "modifiedAt",
                        "path",
                        "sha256",
                        "size",
                        "space");

        static OfFile of(Medium medium, MediaFacts facts, @Nullable String path) {
            return new OfFile(medium.space(), medium.mediaId(), facts, medium.modifiedAt(), path);
        }

        static OfFile of(byte[] json) {
            ObjectNode line = object(json, MEMBERS);
            String mediaId = text(line, "mediaId");
            new EntityKey("media", mediaId);
            String space = text(line, "space");
            if (space.isBlank() || space.equals("drafts")) {
                throw new IllegalArgumentException("no space with files is called '" + space + "'");
            }
            MediaFacts facts =
                    MediaFacts.of(JsonObject.of(line))
                            .orElseThrow(() ->
                                    new IllegalArgumentException("is no description of a file"));
            String path = line.has("path") ? text(line, "path") : null;
            if (path != null && !Layout.isContent(path, facts.sha256())) {
                throw new IllegalArgumentException(
                        "'path' must be that of its content, and not '" + path + "'");
            }
            return new OfFile(space, mediaId, facts, time(line), path);
        }

        @Override
        public byte[] bytes() {
            ObjectNode line = facts.data().tree().deepCopy();
            line.put("space", space).put("mediaId", mediaId).put("modifiedAt", modifiedAt);
            if (path != null) {
                line.put("path", path);
            }
            return Canonical.bytes(line);
        }

        /// U+0000 is in neither.
        @Override
        public String key() {
            return space + "\0" + mediaId;
        }
    }

    private static ObjectNode object(byte[] json, Set<String> members) {
        JsonNode line;
        try {
            line = StrictJson.parse(json, StrictJson.DEPTH_MAX + 1);
        } catch (InvalidDocument e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!(line instanceof ObjectNode object) || !members.containsAll(object.propertyNames())) {
            throw new IllegalArgumentException("must be an object with no members but " + members);
        }
        return object;
    }

    private static String text(ObjectNode line, String name) {
        JsonNode value = line.path(name);
        if (!value.isString() || Text.flawOf(value.stringValue()) != null) {
            throw new IllegalArgumentException("'" + name + "' must be a string");
        }
        return value.stringValue();
    }

    private static long time(ObjectNode line) {
        JsonNode value = line.path("modifiedAt");
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 0
                || value.longValue() >= 1L << 53) {
            throw new IllegalArgumentException("'modifiedAt' must be epoch milliseconds");
        }
        return value.longValue();
    }
}
