package io.reconverge.ingest.apply;

/// What a worker holds of a partition since it was assigned it.
///
/// @param sourceId the partition of the topic with its present id, in the table `source`
/// @param number of the claim: whoever claims later has a greater one, and this one commits nothing
///   more
/// @param nextOffset everything below is decided
/// @param published everything below is on the changes topic
public record Claim(int sourceId, long number, long nextOffset, long published) {

    Claim movedTo(long offset) {
        return new Claim(sourceId, number, offset, published);
    }
}
