package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/// What names an entity within its space.
///
/// @param type matches [#TYPE]
/// @param id 1..[#ID_MAX] characters (code points), any that JSON and PostgreSQL both hold
public record EntityKey(String type, String id) {

    public static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
    public static final int ID_MAX = 256;

    public EntityKey {
        requireNonNull(type, "type");
        requireNonNull(id, "id");
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("type must match " + TYPE);
        }
        if (id.isEmpty() || id.codePointCount(0, id.length()) > ID_MAX) {
            throw new IllegalArgumentException("id must have 1.." + ID_MAX + " characters");
        }
    }

    @Override
    public String toString() {
        return type + "/" + id;
    }
}
