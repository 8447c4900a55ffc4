package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One local change that the server has not confirmed.
///
/// @param number its place in the outbox: lower goes first
/// @param changeId names this content, for ever
/// @param baseVersion what its author had seen, 0 for nothing
/// @param modifiedAt of the last edit in it, epoch milliseconds by this device's clock
/// @param tries that the server failed on
/// @param seen what its author had seen, where the base has become something else since; else null
public record Entry(
        long number,
        UUID changeId,
        Edit edit,
        long baseVersion,
        long modifiedAt,
        EntryState state,
        int tries,
        @Nullable Seen seen) {

    /// What an author had before them.
    ///
    /// @param data null for nothing, or a tombstone
    public record Seen(@Nullable JsonObject data) {}

    public Entry {
        requireNonNull(changeId, "changeId");
        requireNonNull(edit, "edit");
        requireNonNull(state, "state");
        if (number < 1 || baseVersion < 0 || tries < 0) {
            throw new IllegalArgumentException("number 1 or more, baseVersion and tries 0 or more");
        }
    }

    /// What the entity is with this change. A patch of what others have deleted shows what its
    /// author had seen, patched.
    @Nullable JsonObject applyTo(@Nullable JsonObject before) {
        return edit.applyTo(
                edit.op() == Op.PATCH && before == null && seen != null ? seen.data() : before);
    }

    /// Whether it was sent and may be on its way still, or be there: then it must not be edited.
    public boolean isFrozen() {
        return switch (state) {
            case EntryState.Sent _, EntryState.Again _, EntryState.Accepted _ -> true;
            case EntryState.Queued _, EntryState.Held _, EntryState.Parked _ -> false;
        };
    }

    public boolean isSendable() {
        return switch (state) {
            case EntryState.Queued _, EntryState.Again _ -> true;
            case EntryState.Sent _, EntryState.Accepted _, EntryState.Held _, EntryState.Parked _ ->
                    false;
        };
    }

    Entry state(EntryState state) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, seen);
    }

    Entry tries(int tries) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, seen);
    }

    /// With other content, and so under another id.
    Entry edited(Edit edit, long modifiedAt, UUID changeId) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, seen);
    }

    /// On a base that its author has seen.
    Entry on(long baseVersion) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, null);
    }

    /// On a base that its author has not seen, having seen this.
    Entry since(long baseVersion, Seen seen) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, seen);
    }

    /// At the end of the outbox, to be sent.
    Entry queued(long number) {
        return new Entry(
                number,
                changeId,
                edit,
                baseVersion,
                modifiedAt,
                new EntryState.Queued(),
                tries,
                seen);
    }

    Entry renamed(UUID changeId) {
        return new Entry(number, changeId, edit, baseVersion, modifiedAt, state, tries, seen);
    }
}
