package io.reconverge.feed.entity;

import io.netty.buffer.ByteBufUtil;
import io.reconverge.service.postgres.Columns;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import org.jspecify.annotations.Nullable;

/// A row of the table `entity`, with its columns' own names.
public final class EntityRow {

    private EntityRow() {}

    public static Entity read(Columns row) {
        @Nullable JsonObject data = row.json("data");
        return new Entity(
                row.text("type"),
                row.text("id"),
                row.number("version"),
                data,
                data == null,
                row.number("created_at"),
                row.number("modified_at"),
                row.text("updated_by"),
                row.textOrNull("device_id"));
    }

    /// Bytes of an entity's data in UTF-8.
    public static int size(Entity entity) {
        return size(entity.data());
    }

    public static int size(@Nullable JsonObject json) {
        return json == null ? 0 : ByteBufUtil.utf8Bytes(json.text());
    }
}
