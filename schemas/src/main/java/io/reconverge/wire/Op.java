package io.reconverge.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What a change does to its entity.
public enum Op {
    /// Writes the whole of `data`.
    @JsonProperty("put")
    PUT,
    /// Merges `data` into the entity by top-level member: RFC 7396, JSON Merge Patch.
    @JsonProperty("patch")
    PATCH,
    /// Leaves a tombstone. Has no `data`.
    @JsonProperty("delete")
    DELETE
}
