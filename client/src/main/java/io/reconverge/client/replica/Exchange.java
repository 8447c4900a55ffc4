package io.reconverge.client.replica;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.ConflictStrategy;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.conflict.Resolver;
import io.reconverge.client.outbox.Copy;
import io.reconverge.client.outbox.Entry;
import io.reconverge.client.outbox.Outcome;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.Problem;
import io.reconverge.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a sync engine does with a space's file: takes what is to be sent, and stores what the
/// server says. Each method is one transaction, and each can be repeated.
///
/// The order of a run: [#begin], then by what [#left] says [#receiptsToAsk] and [#settleReceipts],
/// [#take] and [#settle], [#place] and [#page]; at its end [#succeeded] or [#failed]. What went
/// wrong with a request is told by [#notAccepted], [#serverFailed] or [#cursorExpired]; of one that
/// nobody knows what became of nothing needs to be told.
public final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /// How often a resolver is asked anew because a side changed while it thought.
    private static final int RESOLVER_TRIES = 3;

    private final Replica replica;
    private final Space space;

    Exchange(Replica replica, Space space) {
        this.replica = replica;
        this.space = space;
    }

    /// Begins a run. Also asks resolvers about conflicts that are open, and forgets what has been
    /// kept for long enough.
    public Run begin() {
        Run run =
                transact(transaction -> {
                    Session session = transaction.session();
                    ReplicaSettings settings = replica.settings();
                    SyncLog.keep(session, settings.logMax());
                    session.update(
                            "delete from conflict where settled_at < ?",
                            transaction.moment().nowMillis() - settings.conflictsKept().toMillis());
                    return new Run(Meta.nextRun(session), Meta.lastNumber(session));
                });
        askResolvers();
        return run;
    }

    private static final String SENDABLE =
            """
            select number, type, id from outbox as entry
             where space_id = ? and state in ('queued', 'again')
               and not exists (select 1 from outbox as earlier
                                where earlier.space_id = entry.space_id
                                  and earlier.type = entry.type and earlier.id = entry.id
                                  and earlier.number < entry.number)
            """;

    /// What this run has sent already it does not send again.
    private static final String SENDABLE_IN_RUN =
            SENDABLE + " and number <= ? and coalesce(sent_run, 0) < ?";

    /// What is left to do in this run.
    public Backlog left(Run run) {
        return replica.read(session -> {
            SpaceRow row = Spaces.find(session, space.name());
            if (row == null) {
                return new Backlog(false, false, false, false, false);
            }
            return new Backlog(
                    row.resyncing() || row.cursor() == null,
                    session.exists(
                            """
                            select 1 from outbox
                             where space_id = ? and state = 'sent' and asked_run < ?
                            """,
                            row.id(),
                            run.number()),
                    session.exists(SENDABLE_IN_RUN, row.id(), run.through(), run.number()),
                    session.exists(
                            "select 1 from outbox where space_id = ? and state = 'sent'", row.id()),
                    session.exists(SENDABLE, row.id()));
        });
    }

    /// Takes the next batch: the first changes of the outbox that can be sent, at most one of an
    /// entity. They count as sent from here on, whether or not they ever are.
    ///
    /// @return empty when there is nothing to send that was there when the run began
    public Optional<Batch> take(Run run) {
        UUID request = replica.newId();
        return transact(transaction -> {
            SpaceRow row = transaction.space();
            ReplicaSettings settings = replica.settings();
            long max =
                    row.batchMax() == null
                            ? settings.batchMax()
                            : Math.min(row.batchMax(), settings.batchMax());
            List<EntityKey> keys =
                    transaction
                            .session()
                            .list(
                                    SENDABLE_IN_RUN + " order by number limit ?",
                                    Copies::key,
                                    row.id(),
                                    run.through(),
                                    run.number(),
                                    max);
            List<Change> changes = new ArrayList<>();
            long bytes = 0;
            for (EntityKey key : keys) {
                Copies.Stored before = transaction.copies().load(key);
                Entry first = requireNonNull(before.copy().first());
                Change change = Space.changeOf(key, first, settings);
                bytes += WireJson.MAPPER.writeValueAsBytes(change).length;
                if (!changes.isEmpty() && bytes > settings.batchMaxBytes()) {
                    break;
                }
                changes.add(change);
                transaction.store(
                        key,
                        before,
                        before.reading(),
                        new Outcome(before.copy().sent(request, run.number()), List.of()));
            }
            return changes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Batch(
                                    request,
                                    replica.deviceId(),
                                    changes,
                                    row.cursor(),
                                    settings.pageMax()));
        });
    }

    /// Stores the answer to a batch. Of changes that are no longer waiting for this very request's
    /// answer nothing is stored.
    public Tally settle(Run run, UUID request, List<ChangeResult> results) {
        transact(transaction -> {
            for (ChangeResult result : results) {
                hear(transaction, run, result, request);
            }
            SpaceRow row = transaction.space();
            if (row.batchMax() != null) {
                Spaces.batchMax(
                        transaction.session(),
                        row,
                        Math.min(2 * row.batchMax(), replica.settings().batchMax()));
            }
            return null;
        });
        askResolvers();
        return Tally.of(results);
    }

    /// The ids of changes to ask receipts for: sent, not answered, and not asked for in this run.
    /// They count as asked for from here on.
    public List<UUID> receiptsToAsk(Run run) {
        return transact(transaction ->
                transaction
                        .session()
                        .list(
                                """
                                update outbox set asked_run = ?
                                 where number in (select number from outbox
                                                   where space_id = ? and state = 'sent'
                                                     and asked_run < ?
                                                   order by number limit ?)
                                returning change_id
                                """,
                                found -> UUID.fromString(found.getString(1)),
                                run.number(),
                                transaction.space().id(),
                                run.number(),
                                replica.settings().receiptsMax()));
    }

    /// Stores receipts. Of changes that this run has not asked for nothing is stored.
    public Tally settleReceipts(Run run, List<ChangeResult> results) {
        transact(transaction -> {
            for (ChangeResult result : results) {
                hear(transaction, run, result, null);
            }
            return null;
        });
        askResolvers();
        return Tally.of(results);
    }

    /// @param request that the result must answer; null for what the run asked for
    private static void hear(
            Transaction transaction, Run run, ChangeResult result, @Nullable UUID request) {
        EntityKey key =
                transaction
                        .session()
                        .first(
                                """
                                select type, id from outbox
                                 where space_id = ? and change_id = ? and state = 'sent'
                                   and case when ?3 is null then asked_run = ?4
                                            else request_id = ?3 end
                                """,
                                Copies::key,
                                transaction.space().id(),
                                result.changeId().toString(),
                                request == null ? null : request.toString(),
                                run.number());
        if (key != null) {
            ChangeResult news = withoutOutdated(result, transaction.space().version());
            transaction.apply(
                    key,
                    (copy, strategy) ->
                            news instanceof ChangeResult.Pending
                                    ? new Outcome(copy.asked(run.number()), List.of())
                                    : copy.hear(news, strategy, transaction.moment()));
        }
    }

    /// A first answer that comes again shows the entity as it was then. Where the feed has been
    /// read past that, it knows better, be it that there is no such entity and no tombstone any
    /// more.
    private static ChangeResult withoutOutdated(ChangeResult result, long readTo) {
        return switch (result) {
            case ChangeResult.Merged merged when isOutdated(merged.entity(), readTo) ->
                    new ChangeResult.Merged(
                            merged.changeId(),
                            merged.version(),
                            merged.duplicate(),
                            null,
                            merged.conflictFields());
            case ChangeResult.Superseded superseded when isOutdated(superseded.entity(), readTo) ->
                    new ChangeResult.Superseded(
                            superseded.changeId(),
                            superseded.version(),
                            superseded.duplicate(),
                            null);
            case ChangeResult.Conflict conflict when isOutdated(conflict.entity(), readTo) ->
                    new ChangeResult.Conflict(conflict.changeId(), null, conflict.conflictFields());
            case ChangeResult.Applied _,
                    ChangeResult.Merged _,
                    ChangeResult.Superseded _,
                    ChangeResult.Conflict _,
                    ChangeResult.Rejected _,
                    ChangeResult.Pending _,
                    ChangeResult.Unknown _ ->
                    result;
        };
    }

    private static boolean isOutdated(@Nullable Entity entity, long readTo) {
        return entity != null && entity.version() <= readTo;
    }

    /// The server has certainly accepted nothing of this request: it said 429 or 503, or could not
    /// be reached.
    public void notAccepted(UUID request) {
        transact(transaction -> {
            for (EntityKey key : keysOf(transaction, request)) {
                notAccepted(transaction, key);
            }
            return null;
        });
    }

    private static void notAccepted(Transaction transaction, EntityKey key) {
        transaction.apply(key, (copy, _) -> new Outcome(copy.notAccepted(), List.of()));
    }

    /// The server answered a batch with an error that is neither 401 nor 410 nor one of
    /// [#notAccepted].
    ///
    /// Changes at fault are parked. If it names none, the next batch is half as large; a change
    /// that was alone is tried five times, then parked.
    ///
    /// @param faulty indices of the changes that the problem points at
    public void serverFailed(UUID request, Problem problem, Set<Integer> faulty) {
        transact(transaction -> {
            List<EntityKey> keys = keysOf(transaction, request);
            boolean refused = problem.status() < 500;
            boolean alone = keys.size() == 1;
            boolean named = refused && faulty.stream().anyMatch(index -> index < keys.size());
            for (int i = 0; i < keys.size(); i++) {
                EntityKey key = keys.get(i);
                if (named && faulty.contains(i)) {
                    transaction.apply(
                            key,
                            (copy, strategy) ->
                                    copy.refused(problem, strategy, transaction.moment()));
                } else if (alone) {
                    transaction.apply(
                            key,
                            (copy, strategy) ->
                                    copy.failed(problem, strategy, transaction.moment()));
                }
                if (refused) {
                    notAccepted(transaction, key);
                }
            }
            if (!named && !alone) {
                Spaces.batchMax(
                        transaction.session(), transaction.space(), Math.max(1, keys.size() / 2));
            }
            return null;
        });
    }

    private static List<EntityKey> keysOf(Transaction transaction, UUID request) {
        return transaction
                .session()
                .list(
                        """
                        select type, id from outbox
                         where request_id = ? and space_id = ? and state = 'sent' order by number
                        """,
                        Copies::key,
                        request.toString(),
                        transaction.space().id());
    }

    /// Whether there is anything to send, whoever wrote it.
    public boolean hasUnsent() {
        return replica.read(session -> {
            SpaceRow row = Spaces.find(session, space.name());
            return row != null && session.exists(SENDABLE, row.id());
        });
    }

    /// How far the space has been read.
    public Place place() {
        return replica.read(session -> {
            SpaceRow row = Spaces.find(session, space.name());
            int limit = replica.settings().pageMax();
            return row == null
                    ? new Place(null, 1, limit)
                    : new Place(row.cursor(), row.reading(), limit);
        });
    }

    /// Stores a page with its cursor.
    ///
    /// @param from the cursor that it was asked with
    public Stored page(@Nullable String from, Page page) {
        Stored stored =
                transact(transaction -> {
                    SpaceRow row = transaction.space();
                    if (!Objects.equals(from, row.cursor())) {
                        return Stored.STALE;
                    }
                    if (page.hasMore() && page.cursor().equals(from)) {
                        return Stored.STUCK;
                    }
                    for (Entity entity : page.changes()) {
                        show(transaction, entity);
                    }
                    Spaces.moveCursor(transaction.session(), row, page.cursor(), page.version());
                    if (!page.hasMore()) {
                        if (row.resyncing()) {
                            Spaces.endResync(transaction, row.reading());
                        }
                        Spaces.confirm(transaction, page.version());
                    }
                    return Stored.STORED;
                });
        askResolvers();
        return stored;
    }

    /// Stores what the live stream brought, which was opened at a [#place] of this reading and has
    /// passed on all in between.
    ///
    /// @param cursor the event's id
    /// @return `STALE` where the space is being read from its beginning, or has been since: the
    ///   stream is of no more use. What is no news counts as stored
    public Stored live(long reading, Entity entity, String cursor) {
        Stored stored =
                transact(transaction -> {
                    SpaceRow row = transaction.space();
                    if (row.reading() != reading || row.resyncing()) {
                        return Stored.STALE;
                    }
                    if (entity.version() > row.version()) {
                        show(transaction, entity);
                        Spaces.moveCursor(transaction.session(), row, cursor, entity.version());
                    }
                    return Stored.STORED;
                });
        askResolvers();
        return stored;
    }

    private static void show(Transaction transaction, Entity entity) {
        SpaceRow row = transaction.space();
        EntityKey key = new EntityKey(entity.type(), entity.id());
        Copies.Stored before = transaction.copies().load(key);
        boolean first = row.resyncing() && before.reading() < row.reading();
        if (first || entity.version() > before.copy().baseVersion()) {
            Outcome outcome =
                    before.copy().meet(entity, transaction.strategy(key), transaction.moment());
            transaction.store(key, before, row.reading(), outcome);
        }
    }

    /// The server no longer knows the cursor: the space is read from its beginning. What is pending
    /// stays, and what is shown stays until then.
    public void cursorExpired() {
        transact(transaction -> {
            Spaces.beginResync(transaction);
            return null;
        });
    }

    /// How the last runs ended, of whatever process.
    public LastRuns lastRuns() {
        return replica.read(session -> lastRuns(Spaces.find(session, space.name())));
    }

    private static LastRuns lastRuns(@Nullable SpaceRow row) {
        return row == null ? LastRuns.NONE : row.lastRuns();
    }

    /// A run ended well.
    ///
    /// @param did for the sync log; null where there was nothing to do
    public LastRuns succeeded(@Nullable String did) {
        return transact(transaction -> {
            Spaces.succeeded(transaction);
            if (did != null) {
                transaction.log("synced", did);
            }
            return lastRuns(Spaces.find(transaction.session(), space.name()));
        });
    }

    /// A run failed.
    ///
    /// @param failure in words for people; goes into the sync log as well
    /// @param did what it did before that, for the sync log; null for nothing
    public LastRuns failed(String failure, @Nullable String did) {
        return transact(transaction -> {
            Spaces.failed(transaction, failure);
            transaction.log("failed", did == null ? failure : failure + "; " + did);
            return lastRuns(Spaces.find(transaction.session(), space.name()));
        });
    }

    /// Adds a line to the sync log.
    public void log(String event, String detail) {
        transact(transaction -> {
            transaction.log(event, detail);
            return null;
        });
    }

    private <T extends @Nullable Object> T transact(Function<Transaction, T> work) {
        return replica.transact(space.name(), work);
    }

    /// Outside any transaction, since a resolver is the app's code.
    private void askResolvers() {
        for (Conflict conflict : unasked()) {
            if (replica.settings().strategyOf(conflict.key().type())
                    instanceof ConflictStrategy.Resolve(Resolver resolver)) {
                ask(conflict, resolver);
            }
        }
    }

    private List<Conflict> unasked() {
        return replica.read(session -> {
            SpaceRow row = Spaces.find(session, space.name());
            return row == null
                    ? List.<Conflict>of()
                    : session.list(
                            """
                            select * from conflict
                             where space_id = ? and settled_at is null and asked = 0
                             order by at, conflict_id
                            """,
                            space::conflict,
                            row.id());
        });
    }

    private void ask(Conflict conflict, Resolver resolver) {
        for (int i = 0; i < RESOLVER_TRIES; i++) {
            Copy shown = replica.read(session -> copyOf(session, conflict.key()));
            Resolution resolution = resolved(resolver, Space.current(conflict, shown));
            boolean unchanged =
                    transact(transaction -> {
                        if (!copyOf(transaction.session(), conflict.key()).equals(shown)) {
                            return false;
                        }
                        transaction
                                .session()
                                .update(
                                        "update conflict set asked = 1 where conflict_id = ?",
                                        conflict.id().toString());
                        space.resolve(conflict.id(), resolution);
                        return true;
                    });
            if (unchanged) {
                return;
            }
        }
    }

    private static Resolution resolved(Resolver resolver, Conflict conflict) {
        try {
            return resolver.resolve(conflict);
        } catch (RuntimeException e) {
            LOG.error("The resolver of {} failed; the user has to decide.", conflict.key(), e);
            return new Resolution.Undecided();
        }
    }

    private Copy copyOf(Session session, EntityKey key) {
        SpaceRow row = requireNonNull(Spaces.find(session, space.name()));
        return new Copies(session, row.id()).load(key).copy();
    }
}
