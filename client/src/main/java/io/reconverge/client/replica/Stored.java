package io.reconverge.client.replica;

/// What became of a page.
public enum Stored {
    /// It is in the replica.
    STORED,
    /// The replica is no longer where it was asked from: nothing of it was stored.
    STALE,
    /// It says that there is more, and does not move the cursor: nothing of it was stored.
    STUCK
}
