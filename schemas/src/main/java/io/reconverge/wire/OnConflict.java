package io.reconverge.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What becomes of a change whose base version is older than what it would change.
public enum OnConflict {
    /// It is refused, and its sender shown the entity as it stands.
    @JsonProperty("reject")
    REJECT,
    /// The newer `modifiedAt` wins; the other is logged as superseded.
    @JsonProperty("lww")
    LWW,
    /// Fields that one side alone changed are kept from that side; of those both changed the newer
    /// wins.
    @JsonProperty("merge")
    MERGE
}
