package io.reconverge.media.sweep;

import io.reconverge.media.Corner;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A space of a test's own: what is in its tables and in its folder of the bucket, put there as
/// uploads and the worker would.
record Space(Corner corner, UUID id) {

    static final int SIZE = 3;

    static Space in(Corner corner) {
        return new Space(corner, UUID.randomUUID());
    }

    static String sha256() {
        byte[] digest = new byte[32];
        ThreadLocalRandom.current().nextBytes(digest);
        return HexFormat.of().formatHex(digest);
    }

    Folder folder() {
        return new Folder(id, UUID.randomUUID());
    }

    /// As the first write to it leaves it.
    Space written() {
        corner.change(
                "insert into space (space_id, epoch, head, clock) values (?, 7, 1, 1)"
                        + " on conflict do nothing",
                id);
        return this;
    }

    /// A blob with its object.
    Folder blob(String sha256, long lookAt) {
        Folder folder = folder();
        object(folder, 1);
        corner.change(
                """
                insert into blob (space_id, sha256, size, object_key, stored_at, look_at)
                values (?, ?, ?, ?, 0, ?)
                """,
                id,
                sha256,
                SIZE,
                folder.begin() + 1,
                lookAt);
        usage(SIZE, 0);
        return folder;
    }

    /// A blob that has had its last reference long ago.
    Folder blobInVain(String sha256, long now) {
        Folder folder = blob(sha256, now);
        corner.change("update blob set unreferenced_since = 0 where space_id = ?", id);
        return folder;
    }

    void usage(long stored, long reserved) {
        corner.change(
                """
                insert into media_usage as m (space_id, stored, reserved) values (?, ?, ?)
                on conflict (space_id) do update
                   set stored = m.stored + excluded.stored, reserved = m.reserved + excluded.reserved
                """,
                id,
                stored,
                reserved);
    }

    String object(Folder folder, int number) {
        String key = folder.begin() + number;
        corner.objects().put(key, "abc".getBytes(StandardCharsets.UTF_8));
        return key;
    }

    static final String ENTITY =
            """
            insert into entity (space_id, type, id, version, log_version, data, created_at, modified_at,
                                committed_at, updated_by)
            values (?, ?, ?, ?, 1, ?::json, 0, 0, 0, 'u')
            """;

    void entity(String type, String sha256) {
        corner.change(
                ENTITY,
                id,
                type,
                sha256.substring(0, 8),
                ThreadLocalRandom.current().nextLong(),
                "{\"sha256\":\"%s\"}".formatted(sha256));
    }

    /// As a delete leaves them.
    void deleteEntities() {
        corner.change("update entity set data = null where space_id = ?", id);
    }

    /// An upload, expired at `expiresAt`, of 10 bytes.
    Folder upload(long expiresAt, @Nullable String sha256, boolean decided) {
        Folder folder = folder();
        corner.change(
                """
                insert into upload (space_id, upload_id, resumable, change_id, media_id, actor, device_id,
                                    content_type, length, received, reserved, next_number, sha256,
                                    decided_at, created_at, expires_at, held_until)
                values (?, ?, true, gen_random_uuid(), 'm', 'u', 'd', 'text/plain', 10, 5, ?, 3, ?, ?, 0, ?,
                        ?)
                """,
                id,
                folder.upload(),
                sha256 == null ? 10 : 0,
                sha256,
                decided ? 1L : null,
                expiresAt,
                // until then no finisher takes it up
                expiresAt);
        if (sha256 == null) {
            usage(0, 10);
        }
        return folder;
    }

    void change(Folder upload, String what) {
        corner.change(
                "update upload set " + what + " where space_id = ? and upload_id = ?",
                id,
                upload.upload());
    }

    void garbage(Folder folder, long since) {
        corner.change("insert into garbage values (?, ?, ?)", id, folder.upload(), since);
    }

    long count(String table) {
        return corner.number("select count(*) from " + table + " where space_id = ?", id);
    }

    Map<String, @Nullable Object> row(String table) {
        return corner.rows("select * from " + table + " where space_id = ?", id).getFirst();
    }

    List<String> keys() {
        return corner.objects().keys(id + "/");
    }
}
