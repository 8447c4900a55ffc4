package io.reconverge.media;

import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Media that are simply there, whoever uploaded them: objects in the bucket, rows in the tables.
///
/// @param corner where
public record Blobs(Corner corner) {

    /// @param key of its object
    public record Blob(UUID space, String sha256, String key, byte[] bytes) {

        /// In a header.
        public String etag() {
            return '"' + sha256 + '"';
        }
    }

    /// Bytes that look like nothing, the same each time.
    public static byte[] random(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// A blob, and an entity that refers to it.
    public Blob put(String user, String mediaId, String contentType, byte[] bytes) {
        Blob blob = store(user, bytes);
        ObjectNode data = data(blob);
        data.put("contentType", contentType);
        refer(user, mediaId, data);
        return blob;
    }

    /// A blob that nothing refers to yet; the space's own, if it has these bytes.
    public Blob store(String user, byte[] bytes) {
        UUID space = Corner.space(user);
        String sha256 = sha256(bytes);
        List<Map<String, @Nullable Object>> there =
                corner.rows(
                        "select object_key from blob where space_id = ? and sha256 = ?",
                        space,
                        sha256);
        if (!there.isEmpty()) {
            String key = (String) Objects.requireNonNull(there.getFirst().get("object_key"));
            return new Blob(space, sha256, key, bytes);
        }
        Blob blob = new Blob(space, sha256, space + "/" + UUID.randomUUID() + "/1", bytes);
        corner.objects().put(blob.key(), bytes);
        corner.change(
                """
                insert into blob (space_id, sha256, size, object_key, stored_at, look_at)
                values (?, ?, ?, ?, ?, ?)
                """,
                space,
                sha256,
                bytes.length,
                blob.key(),
                System.currentTimeMillis(),
                Long.MAX_VALUE);
        return blob;
    }

    /// What an entity says of a blob, as far as its schema asks for it.
    public ObjectNode data(Blob blob) {
        return WireJson.MAPPER
                .createObjectNode()
                .put("contentType", "application/octet-stream")
                .put("size", blob.bytes().length)
                .put("sha256", blob.sha256());
    }

    /// An entity of type `media`.
    ///
    /// @param data null for a tombstone
    public void refer(String user, String mediaId, @Nullable ObjectNode data) {
        corner.change(
                """
                insert into entity (space_id, type, id, version, log_version, data,
                                    created_at, modified_at, committed_at, updated_by)
                select t.space, 'media', ?, t.next, t.next, ?::json, 1000, 2000, 3000, ?
                  from (select ?::uuid as space,
                               (select coalesce(max(version), 0) + 1 from entity
                                 where space_id = ?::uuid) as next) t
                """,
                mediaId,
                data == null ? null : WireJson.MAPPER.writeValueAsString(data),
                user,
                Corner.space(user),
                Corner.space(user));
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
