package io.reconverge.client.outbox;

/// What becomes of an entity that a backup has as well.
///
/// @param outcome the same copy where nothing is written
public record Restored(Outcome outcome, Kind kind) {

    public enum Kind {
        /// It is now as the backup has it, or merged with that.
        WRITTEN,
        /// It was so already.
        SAME,
        /// It stays as it is here.
        OLDER,
        /// It was deleted here, and stays so.
        DELETED,
        /// Someone has to decide.
        CONFLICT
    }
}
