package io.reconverge.ingest.publish;

import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.ChangeEvent;
import java.util.List;

/// What one transaction committed, or an earlier one of which nobody knows whether it was
/// published.
///
/// @param events in version order within each space
/// @param dead records that go to the dead letters
/// @param nextOffset the first record of the partition that is not in it
public record Committed(List<ChangeEvent> events, List<Inbound.Dead> dead, long nextOffset) {}
