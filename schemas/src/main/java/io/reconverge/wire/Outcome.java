package io.reconverge.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How an accepted change came into the log. A refused one is not in the log.
public enum Outcome {
    /// All of it stands.
    @JsonProperty("applied")
    APPLIED,
    /// It was merged with what it had not seen.
    @JsonProperty("merged")
    MERGED,
    /// It lost to a newer write: kept in the log, without effect on the entity.
    @JsonProperty("superseded")
    SUPERSEDED
}
