package io.reconverge.client.outbox;

import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// When something happens, and what it may take.
///
/// @param nowMillis epoch milliseconds by this device's clock
/// @param ids never the same twice
/// @param numbers each greater than all before
/// @param triesMax after so many an entry is parked
public record Moment(long nowMillis, Supplier<UUID> ids, LongSupplier numbers, int triesMax) {}
