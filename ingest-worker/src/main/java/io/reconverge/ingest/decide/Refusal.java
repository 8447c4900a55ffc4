package io.reconverge.ingest.decide;

import io.reconverge.wire.ChangeResult;
import java.util.UUID;

/// A change that was refused, for whoever asks for its receipt.
///
/// @param result a conflict or a rejection
/// @param decidedAt epoch milliseconds
public record Refusal(UUID space, UUID changeId, ChangeResult result, long decidedAt) {}
