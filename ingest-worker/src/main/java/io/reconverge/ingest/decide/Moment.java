package io.reconverge.ingest.decide;

import io.reconverge.wire.JsonObject;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// When, by whom and after what a change is decided.
///
/// @param version that the change gets if it is accepted, one above the space's head
/// @param committedAt that it gets then
/// @param now epoch milliseconds by the server's clock
/// @param actor the writer's `sub`
/// @param deviceId empty when the writer named none
/// @param base the entity's data as of a base version: empty when there was none then, null when
///   that is not known
public record Moment(
        long version,
        long committedAt,
        long now,
        String actor,
        String deviceId,
        LongFunction<@Nullable JsonObject> base) {

    long head() {
        return version - 1;
    }
}
