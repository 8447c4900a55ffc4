package io.reconverge.ingest.decide;

import io.reconverge.wire.Entity;
import org.jspecify.annotations.Nullable;

/// An entity or tombstone, with what deciding needs to know of it besides.
///
/// @param logVersion its last log row, superseded ones included: the `previousVersion` of the next
public record Standing(Entity entity, Stamps stamps, long logVersion) {

    /// As the database has it.
    ///
    /// @param stamps as [Stamps#column] made it
    public static Standing ofRow(Entity entity, @Nullable String stamps, long logVersion) {
        return new Standing(entity, Stamps.ofColumn(stamps, entity), logVersion);
    }

    /// This, after a change that went into its log and left it as it is.
    Standing logged(long version) {
        return new Standing(entity, stamps, version);
    }

    /// A tombstone remembers the newest deletion, so that an edit from before that one does not
    /// bring the entity back; nothing else changes.
    Standing deletedAgain(Stamp deletion) {
        Stamp whole = stamps.whole();
        if (!deletion.beats(whole)) {
            return this;
        }
        Stamp moved = new Stamp(whole.version(), deletion.modifiedAt(), deletion.deviceId());
        return new Standing(entity, Stamps.of(moved), logVersion);
    }
}
