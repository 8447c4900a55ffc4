package io.reconverge.client.outbox;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.outbox.EntryState.Accepted;
import io.reconverge.client.outbox.EntryState.Again;
import io.reconverge.client.outbox.EntryState.Held;
import io.reconverge.client.outbox.EntryState.Parked;
import io.reconverge.client.outbox.EntryState.Queued;
import io.reconverge.client.outbox.EntryState.Sent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.SameJson;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// This device's copy of one entity: what the server last showed, and the changes on it.
///
/// All rules of SPEC.md about one entity are here, as functions from one copy to the next. What
/// they take out of the outbox without its being accepted, they name in a [Note].
///
/// @param base null where the server has shown neither entity nor tombstone
/// @param entries at most two, the second a queued one after a frozen one
public record Copy(@Nullable Entity base, List<Entry> entries) {

    public Copy {
        entries = List.copyOf(entries);
        if (entries.size() > 2) {
            throw new IllegalArgumentException("an entity has at most two entries");
        }
        if (entries.size() == 2
                && !(entries.getFirst().isFrozen()
                        && entries.getLast().state() instanceof Queued
                        && entries.getFirst().number() < entries.getLast().number())) {
            throw new IllegalArgumentException("a second entry is queued after a frozen one");
        }
    }

    /// What the app sees; null where it sees nothing.
    public @Nullable JsonObject view() {
        JsonObject view = baseData();
        for (Entry entry : entries) {
            view = entry.applyTo(view);
        }
        return view;
    }

    public @Nullable JsonObject baseData() {
        return base == null ? null : base.data();
    }

    public long baseVersion() {
        return base == null ? 0 : base.version();
    }

    /// When it was last modified; 0 where there is nothing.
    public long modifiedAt() {
        if (!entries.isEmpty()) {
            return entries.getLast().modifiedAt();
        }
        return base == null ? 0 : base.modifiedAt();
    }

    /// The entry that is next to be sent or answered; null where there is none.
    public @Nullable Entry first() {
        return entries.isEmpty() ? null : entries.getFirst();
    }

    /// The app edits the entity. No strategy runs in it: what was written is what is read, and a
    /// conflict that it may be in comes up when it is sent.
    public Outcome edit(Edit edit, Moment moment) {
        Entry last = entries.isEmpty() ? null : entries.getLast();
        if (last == null || last.isFrozen()) {
            return Outcome.of(
                    edit.op() == Op.DELETE && view() == null ? this : followedBy(edit, moment));
        }
        JsonObject under = under(last);
        Edit combined = Coalescing.combine(under, last.edit(), edit);
        long modifiedAt = Math.max(moment.nowMillis(), last.modifiedAt());
        if (combined.op() == Op.DELETE && under == null) {
            return agreed(last);
        }
        Entry edited = last.edited(combined, modifiedAt, moment.ids().get());
        return switch (last.state()) {
            case Queued _, Held _ -> Outcome.of(replacing(last, edited));
            case Parked _ ->
                    Outcome.of(
                            replacing(last, edited.queued(moment.numbers().getAsLong()).tries(0)));
            case Sent _, Again _, Accepted _ -> throw new AssertionError(last);
        };
    }

    private Copy followedBy(Edit edit, Moment moment) {
        Entry before = entries.isEmpty() ? null : entries.getLast();
        Entry entry =
                new Entry(
                        moment.numbers().getAsLong(),
                        moment.ids().get(),
                        edit,
                        before == null ? baseVersion() : before.baseVersion(),
                        before == null
                                ? moment.nowMillis()
                                : Math.max(moment.nowMillis(), before.modifiedAt()),
                        new Queued(),
                        0,
                        null);
        List<Entry> entries = new ArrayList<>(this.entries);
        entries.add(entry);
        return new Copy(base, entries);
    }

    /// Its first entry goes into a request.
    public Copy sent(UUID request, long run) {
        Entry first = requireNonNull(first());
        if (!first.isSendable()) {
            throw new IllegalStateException("not to be sent: " + first);
        }
        return replacing(first, first.state(new Sent(request, run, 0)));
    }

    /// The server was asked about its first entry, or told that it has not decided it.
    public Copy asked(long run) {
        Entry first = first();
        return first != null && first.state() instanceof Sent sent
                ? replacing(first, first.state(new Sent(sent.request(), sent.sentInRun(), run)))
                : this;
    }

    /// The server has certainly not got its first entry.
    public Copy notAccepted() {
        Entry first = first();
        return first != null && first.state() instanceof Sent sent
                ? replacing(first, first.state(new Again(sent.sentInRun())))
                : this;
    }

    /// What the server says became of its first entry. A result of any other change, or of one that
    /// is not *sent*, changes nothing.
    public Outcome hear(ChangeResult result, ConflictStrategy strategy, Moment moment) {
        Entry first = first();
        if (first == null
                || !(first.state() instanceof Sent)
                || !first.changeId().equals(result.changeId())) {
            return Outcome.of(this);
        }
        return switch (result) {
            case ChangeResult.Applied applied ->
                    accepted(first, applied.version(), strategy, moment);
            case ChangeResult.Merged merged -> {
                Clash clash =
                        new Clash(
                                seenBy(first),
                                first.applyTo(baseData()),
                                merged.entity() == null ? baseData() : merged.entity().data(),
                                merged.version(),
                                merged.conflictFields());
                Outcome outcome =
                        merged.entity() == null
                                ? accepted(first, merged.version(), strategy, moment)
                                : without(first, newer(merged.entity()), strategy, moment);
                yield merged.conflictFields().isEmpty()
                        ? outcome
                        : noting(outcome, settled(moment, clash, Conflict.Outcome.MERGED));
            }
            case ChangeResult.Superseded superseded -> {
                Entity standing = newer(superseded.entity());
                Clash clash =
                        Clash.of(
                                seenBy(first),
                                first.applyTo(baseData()),
                                standing == null ? null : standing.data(),
                                standing == null ? 0 : standing.version());
                // unless it is shown, a follow-up would be held against what no longer stands
                Outcome outcome =
                        superseded.entity() == null
                                ? accepted(first, superseded.version(), strategy, moment)
                                : without(first, standing, strategy, moment);
                yield noting(outcome, settled(moment, clash, Conflict.Outcome.SUPERSEDED));
            }
            case ChangeResult.Conflict conflict -> conflict(conflict, strategy, moment);
            case ChangeResult.Rejected rejected ->
                    rejected(first, rejected.problem(), strategy, moment);
            case ChangeResult.Pending _ -> Outcome.of(this);
            case ChangeResult.Unknown _ -> Outcome.of(notAccepted());
        };
    }

    private Outcome accepted(Entry first, long version, ConflictStrategy strategy, Moment moment) {
        return baseVersion() >= version
                ? without(first, base, strategy, moment)
                : Outcome.of(replacing(first, first.state(new Accepted(version))));
    }

    private Outcome conflict(
            ChangeResult.Conflict conflict, ConflictStrategy strategy, Moment moment) {
        Copy met = shown(newer(conflict.entity()), moment).merged(moment);
        Entry entry = met.first();
        if (entry == null) {
            return Outcome.of(met);
        }
        boolean moved = met.isMoved(entry);
        if (moved && SameJson.same(met.view(), met.baseData())) {
            return met.agreed(entry);
        }
        if (moved && !strategy.isServers()) {
            return meeting(met, strategy, moment);
        }
        if (!moved && !(strategy.isServers() && conflict.entity() == null)) {
            // What it conflicted with says nothing new, or comes with the next page.
            return met.triedAgain(entry, conflictProblem(), moment);
        }
        Clash clash =
                new Clash(
                        met.seenBy(entry),
                        met.view(),
                        met.baseData(),
                        met.baseVersion(),
                        conflict.conflictFields());
        return met.held(entry, clash, moment);
    }

    private static Problem conflictProblem() {
        return Problem.of(ProblemType.CONFLICT, "It conflicted again each time that it was sent.");
    }

    private Outcome rejected(
            Entry first, Problem problem, ConflictStrategy strategy, Moment moment) {
        boolean followed = entries.size() == 2;
        Copy merged = merged(moment);
        Entry entry = merged.first();
        if (entry == null) {
            return Outcome.of(merged);
        }
        if (is(problem, ProblemType.BASE_VERSION_AHEAD)) {
            return noting(merged.triedAgain(entry, problem, moment), new Note.ResyncNeeded());
        }
        if (is(problem, ProblemType.CHANGE_ID_REUSED)) {
            Entry renamed = entry.renamed(moment.ids().get());
            return merged.replacing(entry, renamed).triedAgain(renamed, problem, moment);
        }
        if (is(problem, ProblemType.BATCH_ABORTED)) {
            return merged.triedAgain(entry, problem, moment);
        }
        if (followed) {
            return meeting(merged, strategy, moment);
        }
        return parked(first, problem, moment);
    }

    /// The server failed on a request with nothing else in it. Nobody knows whether it has the
    /// entry.
    public Outcome failed(Problem problem, ConflictStrategy strategy, Moment moment) {
        Entry first = first();
        if (first == null || !(first.state() instanceof Sent)) {
            return Outcome.of(this);
        }
        Entry tried = first.tries(first.tries() + 1);
        Copy copy = replacing(first, tried);
        return tried.tries() < moment.triesMax()
                ? Outcome.of(copy)
                : copy.refused(problem, strategy, moment);
    }

    /// The server will not have the entry, for what is in it.
    public Outcome refused(Problem problem, ConflictStrategy strategy, Moment moment) {
        Entry first = first();
        return first != null && first.state() instanceof Sent
                ? rejected(first, problem, strategy, moment)
                : Outcome.of(this);
    }

    private Outcome triedAgain(Entry entry, Problem problem, Moment moment) {
        int tries = entry.tries() + 1;
        return tries < moment.triesMax()
                ? Outcome.of(
                        replacing(entry, entry.tries(tries).queued(moment.numbers().getAsLong())))
                : parked(entry.tries(tries), problem, moment);
    }

    private Outcome parked(Entry entry, Problem problem, Moment moment) {
        return Outcome.of(
                withFirst(entry.state(new Parked(problem, moment.nowMillis()))),
                new Note.Parked(entry.changeId(), problem));
    }

    /// The server shows the entity, in a page or on the live stream; null where it shows that there
    /// is none, not even a tombstone. Whether it is news is the caller's to know.
    public Outcome meet(@Nullable Entity shown, ConflictStrategy strategy, Moment moment) {
        Entry first = first();
        if (first != null
                && first.state() instanceof Accepted(long version)
                && shown != null
                && shown.version() >= version) {
            return without(first, shown, strategy, moment);
        }
        return meeting(shown(shown, moment), strategy, moment);
    }

    /// The feed has been read to its end, this far. What it has not shown by now it has nothing of.
    public Outcome readTo(long version, ConflictStrategy strategy, Moment moment) {
        Entry first = first();
        return first != null
                        && first.state() instanceof Accepted(long accepted)
                        && accepted <= version
                ? without(first, base, strategy, moment)
                : Outcome.of(this);
    }

    /// The server may have another history, and have forgotten what it was sent. What it says of
    /// the time before is heard no more.
    ///
    /// @param run that finds so, and does not send it again itself
    public Copy doubted(long run) {
        Entry first = first();
        if (first == null) {
            return this;
        }
        return switch (first.state()) {
            case Sent _, Accepted _ -> replacing(first, first.state(new Again(run)));
            case Queued _, Again _, Held _, Parked _ -> this;
        };
    }

    /// Someone decides an open conflict.
    public Outcome resolve(Resolution resolution, Moment moment) {
        Entry held = first();
        if (held == null || !(held.state() instanceof Held(UUID conflict))) {
            return Outcome.of(this);
        }
        Clash clash = Clash.of(seenBy(held), view(), baseData(), baseVersion());
        return switch (resolution) {
            case Resolution.KeepLocal _ ->
                    Outcome.of(
                            replacing(
                                    held,
                                    held.queued(moment.numbers().getAsLong())
                                            .on(baseVersion())
                                            .tries(0)),
                            new Note.Closed(conflict, clash, Conflict.Outcome.KEPT_LOCAL));
            case Resolution.KeepRemote _ ->
                    Outcome.of(
                            new Copy(base, List.of()),
                            new Note.Closed(conflict, clash, Conflict.Outcome.KEPT_REMOTE));
            case Resolution.Use(JsonObject data) ->
                    Outcome.of(
                            replacing(
                                    held,
                                    held.edited(
                                                    Edit.put(data),
                                                    Math.max(moment.nowMillis(), held.modifiedAt()),
                                                    moment.ids().get())
                                            .queued(moment.numbers().getAsLong())
                                            .on(baseVersion())
                                            .tries(0)),
                            new Note.Closed(conflict, clash, Conflict.Outcome.RESOLVED));
            case Resolution.Undecided _ -> Outcome.of(this);
        };
    }

    /// The user has a parked entry tried again.
    public Outcome retry(ConflictStrategy strategy, Moment moment) {
        Entry parked = first();
        if (parked == null || !(parked.state() instanceof Parked)) {
            return Outcome.of(this);
        }
        return meeting(
                replacing(parked, parked.queued(moment.numbers().getAsLong()).tries(0)),
                strategy,
                moment);
    }

    /// The user gives a parked entry up.
    public Outcome drop(Moment moment) {
        Entry parked = first();
        if (parked == null || !(parked.state() instanceof Parked)) {
            return Outcome.of(this);
        }
        Clash clash = Clash.of(seenBy(parked), view(), baseData(), baseVersion());
        return Outcome.of(
                new Copy(base, List.of()), settled(moment, clash, Conflict.Outcome.DROPPED));
    }

    /// What a new base means for an entry that waits.
    private static Outcome meeting(Copy copy, ConflictStrategy strategy, Moment moment) {
        Entry entry = copy.first();
        if (entry == null || entry.isFrozen()) {
            return Outcome.of(copy);
        }
        boolean moved = copy.isMoved(entry);
        if (moved && SameJson.same(copy.view(), copy.baseData())) {
            return switch (entry.state()) {
                case Queued _, Held _ -> copy.agreed(entry);
                case Parked _ -> Outcome.of(copy);
                case Sent _, Again _, Accepted _ -> throw new AssertionError(entry);
            };
        }
        if (!moved || strategy.isServers() || !(entry.state() instanceof Queued)) {
            return Outcome.of(copy);
        }
        Clash clash =
                Clash.of(copy.seenBy(entry), copy.view(), copy.baseData(), copy.baseVersion());
        return switch (strategy) {
            case ConflictStrategy.KeepLocal _ ->
                    Outcome.of(
                            copy.replacing(
                                    entry,
                                    entry.queued(moment.numbers().getAsLong())
                                            .on(copy.baseVersion())),
                            settled(moment, clash, Conflict.Outcome.KEPT_LOCAL));
            case ConflictStrategy.KeepRemote _ ->
                    Outcome.of(
                            new Copy(copy.base, List.of()),
                            settled(moment, clash, Conflict.Outcome.KEPT_REMOTE));
            case ConflictStrategy.Ask _, ConflictStrategy.Resolve _ ->
                    copy.held(entry, clash, moment);
            case ConflictStrategy.ServerDecides _,
                    ConflictStrategy.LastWriteWins _,
                    ConflictStrategy.FieldMerge _ ->
                    throw new AssertionError(strategy);
        };
    }

    Outcome held(Entry entry, Clash clash, Moment moment) {
        UUID conflict = moment.ids().get();
        return Outcome.of(
                replacing(entry, entry.state(new Held(conflict))),
                new Note.Opened(conflict, clash));
    }

    /// Without an entry that both sides agree with, or that was undone before it was sent.
    private Outcome agreed(Entry entry) {
        List<Entry> left =
                entries.stream().filter(each -> each.number() != entry.number()).toList();
        Copy copy = new Copy(base, left);
        return entry.state() instanceof Held(UUID conflict)
                ? Outcome.of(
                        copy,
                        new Note.Closed(
                                conflict,
                                Clash.of(seenBy(entry), view(), baseData(), baseVersion()),
                                Conflict.Outcome.AGREED))
                : Outcome.of(copy);
    }

    /// The base as the server shows it, under the same entries. Those whose author had not seen it
    /// remember what they had.
    private Copy shown(@Nullable Entity shown, Moment moment) {
        if (entries.isEmpty() || SameJson.same(baseData(), data(shown))) {
            return new Copy(shown, entries).based();
        }
        List<Entry> met = new ArrayList<>();
        JsonObject view = baseData();
        for (Entry entry : entries) {
            Entry remembering =
                    entry.seen() == null
                            ? entry.since(entry.baseVersion(), new Entry.Seen(view))
                            : entry;
            view = entry.applyTo(view);
            met.add(met.isEmpty() ? whole(remembering, data(shown), moment) : remembering);
        }
        return new Copy(shown, met).based();
    }

    /// The same content under another version is nothing that an author had not seen. One that was
    /// sent goes as it was sent.
    private Copy based() {
        Entry first = first();
        return first != null && !first.isFrozen() && SameJson.same(seenBy(first), baseData())
                ? replacing(first, first.on(baseVersion()))
                : this;
    }

    /// A patch of what others deleted becomes a put of what its author saw, patched: on its own it
    /// would bring back no more than the members it names.
    private static Entry whole(Entry entry, @Nullable JsonObject base, Moment moment) {
        return entry.isFrozen()
                        || entry.edit().op() != Op.PATCH
                        || base != null
                        || entry.seen() == null
                        || entry.seen().data() == null
                ? entry
                : entry.edited(
                        Edit.put(requireNonNull(entry.applyTo(null))),
                        entry.modifiedAt(),
                        moment.ids().get());
    }

    /// Without its first entry, which the server has answered for, on the base that the server
    /// showed. What followed it was made on top of it: where that is what the server shows, it is
    /// based on that.
    private Outcome without(
            Entry first, @Nullable Entity shown, ConflictStrategy strategy, Moment moment) {
        if (entries.size() == 1) {
            return Outcome.of(new Copy(shown, List.of()));
        }
        Entry follower = entries.getLast();
        Entry.Seen made =
                follower.seen() == null
                        ? new Entry.Seen(first.applyTo(baseData()))
                        : follower.seen();
        Entry next = whole(follower.since(first.baseVersion(), made), data(shown), moment);
        return meeting(new Copy(shown, List.of(next)).based(), strategy, moment);
    }

    /// With both entries as one, queued: the first was refused. None where that leaves nothing.
    private Copy merged(Moment moment) {
        Entry first = requireNonNull(first());
        Entry merged = first.queued(moment.numbers().getAsLong());
        if (entries.size() == 2) {
            Entry follower = entries.getLast();
            Edit both = Coalescing.combine(baseData(), first.edit(), follower.edit());
            if (both.op() == Op.DELETE && baseData() == null) {
                return new Copy(base, List.of());
            }
            merged = merged.edited(both, follower.modifiedAt(), moment.ids().get()).tries(0);
        }
        return new Copy(base, List.of(whole(merged, baseData(), moment))).based();
    }

    private boolean isMoved(Entry entry) {
        return entry.seen() != null || entry.baseVersion() != baseVersion();
    }

    private @Nullable JsonObject seenBy(Entry entry) {
        return entry.seen() == null ? baseData() : entry.seen().data();
    }

    private @Nullable Entity newer(@Nullable Entity shown) {
        return shown != null && shown.version() > baseVersion() ? shown : base;
    }

    private @Nullable JsonObject under(Entry last) {
        JsonObject under = baseData();
        for (Entry entry : entries) {
            if (entry.number() == last.number()) {
                break;
            }
            under = entry.applyTo(under);
        }
        return under;
    }

    private Copy replacing(Entry old, Entry with) {
        return new Copy(
                base,
                entries.stream().map(each -> each.number() == old.number() ? with : each).toList());
    }

    private Copy withFirst(Entry entry) {
        List<Entry> entries = new ArrayList<>(this.entries);
        entries.set(0, entry);
        return new Copy(base, entries);
    }

    private static Note settled(Moment moment, Clash clash, Conflict.Outcome outcome) {
        return new Note.Settled(moment.ids().get(), clash, outcome);
    }

    private static Outcome noting(Outcome outcome, Note note) {
        List<Note> notes = new ArrayList<>(outcome.notes());
        notes.addFirst(note);
        return new Outcome(outcome.copy(), notes);
    }

    private static boolean is(Problem problem, ProblemType type) {
        return problem.type().equals(type.urn());
    }

    private static @Nullable JsonObject data(@Nullable Entity entity) {
        return entity == null ? null : entity.data();
    }
}
