package io.reconverge.ingest.decide;

/// The Kafka record that a change came from.
///
/// @param sourceId stands for topic and partition
public record Source(int sourceId, long offset) {}
