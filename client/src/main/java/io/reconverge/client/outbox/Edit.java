package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.MergePatch;
import io.reconverge.wire.Op;
import org.jspecify.annotations.Nullable;

/// What an app does to an entity.
///
/// @param data the whole for a put, the merge patch for a patch, null for a delete
public record Edit(Op op, @Nullable JsonObject data) {

    public Edit {
        if ((op == Op.DELETE) != (data == null)) {
            throw new IllegalArgumentException(
                    op == Op.DELETE ? "a delete has no data" : "a put or patch has data");
        }
    }

    public static Edit put(JsonObject data) {
        return new Edit(Op.PUT, data);
    }

    public static Edit patch(JsonObject patch) {
        return new Edit(Op.PATCH, patch);
    }

    public static Edit delete() {
        return new Edit(Op.DELETE, null);
    }

    /// What it makes of an entity.
    ///
    /// @param before null where there is nothing
    /// @return null where there is nothing then
    public @Nullable JsonObject applyTo(@Nullable JsonObject before) {
        return switch (op) {
            case PUT -> data;
            case PATCH ->
                    JsonObject.of(
                            MergePatch.apply(
                                    before == null ? null : before.tree(),
                                    requireNonNull(data).tree()));
            case DELETE -> null;
        };
    }
}
