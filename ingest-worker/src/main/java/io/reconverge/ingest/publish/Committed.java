package io.reconverge.ingest.publish;

import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one transaction committed, or an earlier one of which nobody knows whether it was
/// published.
///
/// @param events in version order within each space
/// @param dead records that go to the dead letters
/// @param nextOffset the first record of the partition that is not in it
public record Committed(List<ChangeEvent> events, List<Inbound.Dead> dead, long nextOffset) {

    /// About how many bytes it is, on the topic.
    public long size() {
        return events.stream()
                        .mapToLong(event -> textOf(event.data()) + textOf(event.patch()))
                        .sum()
                + dead.stream().mapToLong(Inbound::size).sum();
    }

    private static long textOf(@Nullable JsonObject object) {
        return object == null ? 0 : object.text().length();
    }
}
