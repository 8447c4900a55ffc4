package io.reconverge.ingest.decide;

import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A change, said in one line: `put("n-1", "{'title':'Tide'}").on(3).at(1_000).under(MERGE)`.
///
/// @param name stands for the change id, the same for the same name
/// @param data JSON with `'` for `"`
record Sent(
        String name,
        String type,
        String id,
        Op op,
        @Nullable String data,
        @Nullable Long base,
        long modifiedAt,
        @Nullable OnConflict policy) {

    static Sent put(String id, String data) {
        return of(id, Op.PUT, data);
    }

    static Sent patch(String id, String data) {
        return of(id, Op.PATCH, data);
    }

    static Sent delete(String id) {
        return of(id, Op.DELETE, null);
    }

    static Sent of(String id, Op op, @Nullable String data) {
        return new Sent("", "note", id, op, data, null, 0, null);
    }

    Sent named(String name) {
        return new Sent(name, type, id, op, data, base, modifiedAt, policy);
    }

    Sent typed(String type) {
        return new Sent(name, type, id, op, data, base, modifiedAt, policy);
    }

    Sent on(@Nullable Long base) {
        return new Sent(name, type, id, op, data, base, modifiedAt, policy);
    }

    Sent on(int base) {
        return on((long) base);
    }

    Sent at(long modifiedAt) {
        return new Sent(name, type, id, op, data, base, modifiedAt, policy);
    }

    Sent under(OnConflict policy) {
        return new Sent(name, type, id, op, data, base, modifiedAt, policy);
    }

    /// Without a name the id is that of the content, base and time, so that two changes which
    /// differ are two changes.
    Change change() {
        String named = name.isEmpty() ? toString() : name;
        return new Change(
                id(named),
                type,
                id,
                op,
                data == null ? null : json(data),
                base,
                modifiedAt,
                policy);
    }

    static UUID id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    static JsonObject json(String text) {
        return JsonObject.of(JsonObject.ofText(text.replace('\'', '"')).tree());
    }
}
