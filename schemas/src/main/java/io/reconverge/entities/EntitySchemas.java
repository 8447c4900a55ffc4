package io.reconverge.entities;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON Schemas of entity types, loaded once. Safe for use by many threads.
public final class EntitySchemas {

    private EntitySchemas() {}

    /// The schemas that come with Reconverge, and those of a folder over them.
    ///
    /// @param folder `*.schema.json` at any depth, null for none
    /// @param unknownTypes whether a type with no schema is accepted, with no check
    /// @throws IllegalArgumentException naming the file, when one is not a JSON Schema
    public static EntitySchemas load(@Nullable Path folder, boolean unknownTypes) {
        throw new UnsupportedOperationException();
    }

    /// Everything wrong with a whole object; pointers are relative to it. Empty when it is valid.
    public List<Violation> check(String type, JsonObject data) {
        throw new UnsupportedOperationException();
    }

    /// What can be said of a merge patch by itself, member by member: a null removes and is not
    /// checked.
    public List<Violation> checkPatch(String type, JsonObject patch) {
        throw new UnsupportedOperationException();
    }

    /// The type's `x-reconverge.onConflict`, else last-write-wins.
    public OnConflict onConflict(String type) {
        throw new UnsupportedOperationException();
    }
}
