package io.reconverge.client.replica;

/// What a run has left to do.
///
/// @param resyncing the space is being read from its beginning, and was not read to its end; or
///   nothing of it has been read yet
/// @param unasked there are sent changes without an answer that this run has not asked for
/// @param unsent there are changes to send that were there when the run began
/// @param outstanding there are sent changes that the server has not decided
/// @param later there are changes to send, though not in this run
public record Backlog(
        boolean resyncing, boolean unasked, boolean unsent, boolean outstanding, boolean later) {}
