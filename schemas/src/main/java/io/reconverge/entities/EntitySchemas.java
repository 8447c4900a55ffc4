package io.reconverge.entities;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON Schemas of entity types, loaded once. Safe for use by many threads.
///
/// The dialect is JSON Schema 2020-12, with `format` asserted for date, time, date-time, duration,
/// uuid, uri, uri-reference, email, ipv4 and ipv6. A type is named as its file is, before
/// `.schema.json`. A schema may refer to another of its folder by a relative `$ref`; nothing is
/// ever fetched. A `pattern` is matched in time linear in the text, which leaves out backreferences
/// and lookaround. Of one object at most 100 violations are told.
///
/// `x-reconverge`, at the root of a schema, says what JSON Schema has no word for: `{"onConflict":
/// "reject" | "lww" | "merge"}`.
public final class EntitySchemas {

    private final Map<String, EntityType> types;
    private final boolean unknownTypes;

    private EntitySchemas(Map<String, EntityType> types, boolean unknownTypes) {
        this.types = Map.copyOf(types);
        this.unknownTypes = unknownTypes;
    }

    /// The schemas that come with Reconverge, and those of a folder over them.
    ///
    /// @param folder `*.schema.json` at any depth, null for none
    /// @param unknownTypes whether a type with no schema is accepted, with no check
    /// @throws IllegalArgumentException naming the file, when one is not a JSON Schema
    public static EntitySchemas load(@Nullable Path folder, boolean unknownTypes) {
        Map<String, SchemaFile> files = new HashMap<>();
        SchemaFile.bundled().forEach(file -> files.put(file.type(), file));
        if (folder != null) {
            files.putAll(SchemaFile.in(folder));
        }
        SchemaCompiler compiler = new SchemaCompiler(files.values());
        Map<String, EntityType> types = new HashMap<>();
        files.forEach((type, file) -> types.put(type, compiler.compile(file)));
        return new EntitySchemas(types, unknownTypes);
    }

    /// Whether entities of this type may be written. One that may not be fails every check.
    public boolean accepts(String type) {
        return unknownTypes || types.containsKey(type);
    }

    /// Everything wrong with a whole object; pointers are relative to it. Empty when it is valid.
    public List<Violation> check(String type, JsonObject data) {
        EntityType known = types.get(type);
        return known == null ? unknown() : known.check(data);
    }

    /// What can be said of a merge patch by itself, member by member: a null removes and is not
    /// checked, nor is an object, which is a patch in turn.
    public List<Violation> checkPatch(String type, JsonObject patch) {
        EntityType known = types.get(type);
        return known == null ? unknown() : known.checkPatch(patch);
    }

    /// The type's `x-reconverge.onConflict`, else last-write-wins.
    public OnConflict onConflict(String type) {
        EntityType known = types.get(type);
        return known == null ? OnConflict.LWW : known.onConflict();
    }

    private List<Violation> unknown() {
        return unknownTypes
                ? List.of()
                : List.of(new Violation("", "is of a type that has no schema"));
    }
}
