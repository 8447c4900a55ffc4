package io.reconverge.gateway.feed;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import org.jspecify.annotations.Nullable;

/// Of a row of the log, what restoring it takes.
///
/// @param data the after-image, null after a delete
public record LogEntry(Op op, @Nullable JsonObject data) {}
