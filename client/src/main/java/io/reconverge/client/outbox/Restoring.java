package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.ThreeWay;
import io.reconverge.client.outbox.Restored.Kind;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.SameJson;
import java.util.ArrayList;
import java.util.List;

/// How a backup's version of an entity meets what is here: the table of SPEC.md, as a function.
///
/// What is written is a put like any other, at the time that the backup has of it. Done twice it
/// does what it does once. A change of this device alone that gives way is named in a note.
public final class Restoring {

    private final Copy here;
    private final JsonObject backup;
    private final long modifiedAt;
    private final Moment moment;

    private Restoring(Copy here, JsonObject backup, long modifiedAt, Moment moment) {
        this.here = here;
        this.backup = backup;
        this.modifiedAt = modifiedAt;
        this.moment = moment;
    }

    /// What becomes of an entity.
    ///
    /// @param modifiedAt of the backup's version
    /// @param deleted whether what was deleted here comes back
    public static Restored restore(
            Copy here,
            JsonObject backup,
            long modifiedAt,
            boolean deleted,
            ConflictStrategy strategy,
            Moment moment) {
        return new Restoring(here, backup, modifiedAt, moment).restored(deleted, strategy);
    }

    private Restored restored(boolean deleted, ConflictStrategy strategy) {
        JsonObject view = here.view();
        if (view == null) {
            boolean known = here.base() != null || !here.entries().isEmpty();
            if (!known) {
                return written(backup, modifiedAt, List.of());
            }
            // a new write, that a later deletion must not undo
            return deleted
                    ? written(backup, Math.max(moment.nowMillis(), here.modifiedAt()), List.of())
                    : unchanged(Kind.DELETED);
        }
        if (SameJson.same(view, backup)) {
            return unchanged(Kind.SAME);
        }
        boolean later = modifiedAt > here.modifiedAt();
        return switch (strategy) {
            case ConflictStrategy.ServerDecides _, ConflictStrategy.LastWriteWins _ ->
                    later ? over(view) : unchanged(Kind.OLDER);
            case ConflictStrategy.FieldMerge _ -> merged(view, later);
            case ConflictStrategy.KeepLocal _ -> unchanged(Kind.OLDER);
            case ConflictStrategy.KeepRemote _ -> over(view);
            case ConflictStrategy.Ask _, ConflictStrategy.Resolve _ -> asked(view);
        };
    }

    private Restored unchanged(Kind kind) {
        return new Restored(Outcome.of(here), kind);
    }

    private Restored over(JsonObject view) {
        return written(backup, modifiedAt, losing(view));
    }

    private Restored merged(JsonObject view, boolean later) {
        ThreeWay both = ThreeWay.of(null, view, backup);
        JsonObject merged = later ? both.preferringRemote() : both.preferringLocal();
        if (SameJson.same(merged, view)) {
            return unchanged(Kind.OLDER);
        }
        return written(
                merged,
                Math.max(modifiedAt, here.modifiedAt()),
                later && !both.contested().isEmpty() ? losing(view) : List.of());
    }

    /// The backup's version becomes the local side of an open conflict. While a change is on its
    /// way there can be none: then nothing is done, and the same backup asks later.
    private Restored asked(JsonObject view) {
        Entry first = here.first();
        if (first != null && first.isFrozen()) {
            return unchanged(Kind.CONFLICT);
        }
        Restored put = written(backup, modifiedAt, losing(view));
        Copy copy = put.outcome().copy();
        Entry entry = requireNonNull(copy.first());
        if (entry.state() instanceof EntryState.Held) {
            return put;
        }
        Clash clash = Clash.of(null, backup, here.baseData(), here.baseVersion());
        Outcome held = copy.held(entry, clash, moment);
        List<Note> notes = new ArrayList<>(put.outcome().notes());
        notes.addAll(held.notes());
        return new Restored(new Outcome(held.copy(), notes), Kind.CONFLICT);
    }

    private Restored written(JsonObject data, long atMillis, List<Note> notes) {
        Moment then = new Moment(atMillis, moment.ids(), moment.numbers(), moment.triesMax());
        Copy copy = here.edit(Edit.put(data), then).copy();
        Entry first = requireNonNull(copy.first());
        return new Restored(
                new Outcome(copy, notes),
                first.state() instanceof EntryState.Held ? Kind.CONFLICT : Kind.WRITTEN);
    }

    /// What gives way, where the server does not have it.
    private List<Note> losing(JsonObject view) {
        boolean hereOnly =
                here.entries().stream()
                        .anyMatch(entry -> !(entry.state() instanceof EntryState.Accepted));
        return hereOnly
                ? List.of(
                        new Note.Settled(
                                moment.ids().get(),
                                Clash.of(here.baseData(), view, backup, here.baseVersion()),
                                Conflict.Outcome.KEPT_REMOTE))
                : List.of();
    }
}
