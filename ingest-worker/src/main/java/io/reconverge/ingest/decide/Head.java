package io.reconverge.ingest.decide;

import java.util.UUID;

/// How far a space has come.
///
/// @param epoch of its history; cursors carry it
/// @param version of its last log row, 0 for none
/// @param clock `committedAt` of its last log row, epoch milliseconds, 0 for none
/// @param conflicts changes so far that met a conflict: merged with members that both sides had
///   changed, superseded, or refused as a conflict
public record Head(UUID space, long epoch, long version, long clock, long conflicts) {

    /// Of a space that nothing was written to yet.
    public static Head unwritten(UUID space, long epoch) {
        return new Head(space, epoch, 0, 0, 0);
    }

    /// After one more log row. The clock strictly increases, so that a time can be a cursor too.
    public Head next(long now) {
        return new Head(space, epoch, version + 1, Math.max(now, clock + 1), conflicts);
    }

    Head withConflicts(long more) {
        return new Head(space, epoch, version, clock, conflicts + more);
    }
}
