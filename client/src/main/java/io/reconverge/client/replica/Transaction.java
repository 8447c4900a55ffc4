package io.reconverge.client.replica;

import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.outbox.Copy;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.EntryState;
import io.reconverge.client.outbox.Moment;
import io.reconverge.client.outbox.Note;
import io.reconverge.client.outbox.Outcome;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.WireJson;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// One transaction on one space: takes copies from the tables through the rules and back, with all
/// that the rules note.
final class Transaction {

    private final Session session;
    private final SpaceRow space;
    private final ReplicaSettings settings;
    private final Commits commits;
    private final Moment moment;
    private final Copies copies;

    Transaction(
            Session session,
            SpaceRow space,
            ReplicaSettings settings,
            Commits commits,
            Moment moment) {
        this.session = session;
        this.space = space;
        this.settings = settings;
        this.commits = commits;
        this.moment = moment;
        this.copies = new Copies(session, space.id());
    }

    Session session() {
        return session;
    }

    SpaceRow space() {
        return space;
    }

    Moment moment() {
        return moment;
    }

    Copies copies() {
        return copies;
    }

    ConflictStrategy strategy(EntityKey key) {
        return settings.strategyOf(key.type());
    }

    /// Applies a rule that has an outcome.
    Copy apply(EntityKey key, BiFunction<Copy, ConflictStrategy, Outcome> rule) {
        Copies.Stored before = copies.load(key);
        return store(key, before, before.reading(), rule.apply(before.copy(), strategy(key)));
    }

    /// Stores an outcome.
    ///
    /// @param reading in which the server showed the base last
    Copy store(EntityKey key, Copies.Stored before, long reading, Outcome outcome) {
        Copy copy = outcome.copy();
        if (!copy.equals(before.copy()) || reading != before.reading()) {
            copies.save(key, before, new Copies.Stored(copy, reading));
            Entry first = copy.first();
            boolean toSend =
                    first != null && first.isSendable() && !before.copy().entries().contains(first);
            commits.changed(space.name(), key, toSend);
            if (first != null && first.state() instanceof EntryState.Held(UUID conflict)) {
                session.update(
                        "update conflict set asked = 0 where conflict_id = ?", conflict.toString());
            }
        }
        outcome.notes().forEach(note -> store(key, note));
        return copy;
    }

    private void store(EntityKey key, Note note) {
        switch (note) {
            case Note.Opened(UUID conflict, Clash clash) -> {
                insert(key, conflict, clash, null);
                log("conflict", key.toString());
            }
            case Note.Closed(UUID conflict, Clash clash, Conflict.Outcome outcome) ->
                    close(conflict, clash, outcome);
            case Note.Settled(UUID conflict, Clash clash, Conflict.Outcome outcome) -> {
                insert(key, conflict, clash, outcome);
                log(nameOf(outcome), key.toString());
            }
            case Note.Parked(UUID changeId, var problem) ->
                    log("parked", "%s %s: %s".formatted(key, changeId, problem.detail()));
            case Note.ResyncNeeded _ -> Spaces.beginResync(this);
        }
    }

    /// Keeps what lost, as a settled conflict.
    void keep(EntityKey key, Clash clash, Conflict.Outcome outcome) {
        store(key, new Note.Settled(moment.ids().get(), clash, outcome));
    }

    private void insert(
            EntityKey key, UUID conflict, Clash clash, Conflict.@Nullable Outcome outcome) {
        session.update(
                """
                insert into conflict (conflict_id, space_id, type, id, base, local, remote,
                       remote_version, fields, at, settled_at, outcome)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                conflict.toString(),
                space.id(),
                key.type(),
                key.id(),
                Copies.text(clash.base()),
                Copies.text(clash.local()),
                Copies.text(clash.remote()),
                clash.remoteVersion(),
                WireJson.MAPPER.writeValueAsString(clash.fields()),
                moment.nowMillis(),
                outcome == null ? null : moment.nowMillis(),
                outcome == null ? null : nameOf(outcome));
    }

    private void close(UUID conflict, Clash clash, Conflict.Outcome outcome) {
        session.update(
                """
                update conflict
                   set base = ?, local = ?, remote = ?, remote_version = ?, settled_at = ?, outcome = ?
                 where conflict_id = ?
                """,
                Copies.text(clash.base()),
                Copies.text(clash.local()),
                Copies.text(clash.remote()),
                clash.remoteVersion(),
                moment.nowMillis(),
                nameOf(outcome),
                conflict.toString());
    }

    void log(String event, String detail) {
        SyncLog.add(session, new LogLine(moment.nowMillis(), space.name(), event, detail));
    }

    private static String nameOf(Conflict.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
