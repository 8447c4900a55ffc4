package io.reconverge.wire;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What changed since a time.
///
/// @param changes in the order in which they came to the reader: of `committedAt`, but for those of
///   a space that the reader joined later, which come with the joining
/// @param timestamp epoch milliseconds: everything up to here has been given, and whatever is
///   committed later in any of the spaces asked for has a later time
/// @param hasMore whether there is more right now
public record TimedPage(List<TimedEntity> changes, long timestamp, boolean hasMore) {

    public TimedPage {
        changes = List.copyOf(requireNonNull(changes, "changes"));
    }
}
