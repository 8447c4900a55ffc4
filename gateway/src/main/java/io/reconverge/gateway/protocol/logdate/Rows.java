package io.reconverge.gateway.protocol.logdate;

import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Entities as LogDate's clients read them. `isDeleted` is always false: what is deleted stands
/// among the deletions.
final class Rows {

    private static final String ID = "id";
    private static final String DELETED_AT = "deletedAt";

    private Rows() {}

    /// @param links null where the row may not name its medium
    /// @param mediaId null for none
    static ObjectNode note(Entity note, @Nullable Links links, @Nullable String mediaId) {
        JsonNode data = data(note);
        ObjectNode row = WireJson.MAPPER.createObjectNode().put(ID, note.id());
        take(row, data, "type", "content", "mediaUri", "durationMs");
        if (links != null && mediaId != null) {
            row.put("mediaId", mediaId).put("downloadUrl", links.download(mediaId));
        }
        return end(row, data, note);
    }

    static ObjectNode journal(Entity journal) {
        JsonNode data = data(journal);
        ObjectNode row =
                WireJson.MAPPER
                        .createObjectNode()
                        .put(ID, journal.id())
                        .put("title", data.path("title").asString(""))
                        .put("description", data.path("description").asString(""));
        return end(row, data, journal);
    }

    static ObjectNode association(Entity association) {
        JsonNode data = data(association);
        ObjectNode row = WireJson.MAPPER.createObjectNode();
        take(row, data, "journalId", "contentId");
        return row.put(Kind.CREATED_AT, data.path(Kind.CREATED_AT).asLong(association.createdAt()))
                .put("serverVersion", association.version())
                .put("isDeleted", false);
    }

    static ObjectNode medium(Entity medium, Links links) {
        JsonNode data = data(medium);
        ObjectNode row =
                WireJson.MAPPER
                        .createObjectNode()
                        .put("mediaId", medium.id())
                        .put("contentId", data.path("attachedTo").path(ID).asString(""))
                        .put("fileName", data.path("fileName").asString(medium.id()))
                        .put("mimeType", data.path("contentType").asString(""))
                        .put("sizeBytes", data.path("size").asLong(0))
                        .put("sha256", data.path("sha256").asString(""))
                        .put("downloadUrl", links.download(medium.id()));
        return end(row, data, medium);
    }

    /// The row of a note or journal, when one of them stands in a sender's way.
    static ObjectNode of(Entity entity) {
        if (entity.deleted()) {
            return WireJson.MAPPER
                    .createObjectNode()
                    .put(ID, entity.id())
                    .put("serverVersion", entity.version())
                    .put("isDeleted", true);
        }
        return switch (entity.type()) {
            case Logdate.NOTE -> note(entity, null, null);
            case Logdate.JOURNAL -> journal(entity);
            case Logdate.ASSOCIATION -> association(entity);
            default -> data(entity).deepCopy().asObject().put(ID, entity.id());
        };
    }

    static ObjectNode deletion(TimedEntity tombstone) {
        return WireJson.MAPPER
                .createObjectNode()
                .put(ID, tombstone.id())
                .put(DELETED_AT, tombstone.committedAt());
    }

    /// Null when the id is not of an association of this protocol.
    static @Nullable ObjectNode associationDeletion(TimedEntity tombstone) {
        int slash = tombstone.id().indexOf('/');
        return slash < 0
                ? null
                : WireJson.MAPPER
                        .createObjectNode()
                        .put("journalId", tombstone.id().substring(0, slash))
                        .put("contentId", tombstone.id().substring(slash + 1))
                        .put(DELETED_AT, tombstone.committedAt());
    }

    /// The row of an association, or of its deletion.
    static ObjectNode associationStanding(Entity standing) {
        if (!standing.deleted()) {
            return association(standing);
        }
        int slash = standing.id().indexOf('/');
        return WireJson.MAPPER
                .createObjectNode()
                .put("journalId", standing.id().substring(0, slash))
                .put("contentId", standing.id().substring(slash + 1))
                .put("serverVersion", standing.version())
                .put("isDeleted", true);
    }

    static ObjectNode mediumDeletion(TimedEntity tombstone) {
        return deletion(tombstone).put("mediaId", tombstone.id());
    }

    /// What no client said, such as a `/v1` client that gave no times, the server knows.
    private static ObjectNode end(ObjectNode row, JsonNode data, Entity entity) {
        return row.put(Kind.CREATED_AT, data.path(Kind.CREATED_AT).asLong(entity.createdAt()))
                .put(Kind.LAST_UPDATED, data.path(Kind.LAST_UPDATED).asLong(entity.modifiedAt()))
                .put("serverVersion", entity.version())
                .put("isDeleted", false);
    }

    private static void take(ObjectNode row, JsonNode data, String... names) {
        for (String name : names) {
            JsonNode value = data.get(name);
            if (value != null && !value.isNull()) {
                row.set(name, value);
            }
        }
    }

    static JsonNode data(Entity entity) {
        JsonObject data = entity.data();
        return data == null ? WireJson.MAPPER.createObjectNode() : data.tree();
    }
}
