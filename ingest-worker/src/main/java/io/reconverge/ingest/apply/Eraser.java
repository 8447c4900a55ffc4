package io.reconverge.ingest.apply;

import static io.reconverge.ingest.apply.Statements.count;
import static io.reconverge.ingest.apply.Statements.list;
import static io.reconverge.ingest.apply.Statements.required;

import io.r2dbc.spi.Connection;
import io.reconverge.ingest.decide.Accepted;
import io.reconverge.ingest.decide.Authority;
import io.reconverge.ingest.decide.Fingerprint;
import io.reconverge.ingest.decide.Head;
import io.reconverge.ingest.decide.Loaded;
import io.reconverge.ingest.decide.LogRow;
import io.reconverge.ingest.decide.Source;
import io.reconverge.ingest.decide.SpaceChange;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.Problem;
import io.reconverge.wire.Sharing;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WriteRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Takes all of a space away: entities, log, receipts, devices, members, media.
///
/// What there is much of goes in steps of [#STEP] rows, each a transaction of its own, and the rest
/// with the change itself, in one. Each of them asks whether the partition is still this worker's
/// and the record still to be decided, so what dies midway is taken up again and a worker that was
/// thought dead erases nothing. What stays is the space's row with its head, so that no version is
/// given twice, and the erasure's own row in the log, which names nobody: the next version of the
/// space, under a new epoch, so that cursors from before it are told to start again.
public final class Eraser {

    /// Rows of each table.
    static final int STEP = 10_000;

    private static final String HELD =
            """
            select source_id, claims, next_offset, published from source
             where source_id = $1 and claims = $2 and next_offset = $3 for share
            """;

    /// Members stay to the end: they say who may do this.
    private static final String SOME =
            """
            with logged as (
                delete from log
                 where space_id = $1 and version in (
                       select version from log where space_id = $1 order by version limit $2)),
            stood as (
                delete from entity
                 where space_id = $1 and (type, id) in (
                       select type, id from entity
                        where space_id = $1 and (type <> 'member' or data is null) limit $2)),
            told as (
                delete from receipt
                 where space_id = $1 and change_id in (
                       select change_id from receipt where space_id = $1 limit $2)),
            kept as (
                select coalesce(min(version), 0) as first from (
                    select version from log where space_id = $1 order by version offset $2 limit 1) as next)
            update space
               set log_start = case when kept.first = 0 then head + 1 else kept.first end
              from kept where space_id = $1
            """;

    /// Whether there is more of what goes in steps than one step takes.
    private static final String MUCH =
            """
            select greatest(
                   (select count(*) from (
                        select 1 from log where space_id = $1 limit $2) as few),
                   (select count(*) from (
                        select 1 from entity
                         where space_id = $1 and (type <> 'member' or data is null) limit $2) as few),
                   (select count(*) from (
                        select 1 from receipt where space_id = $1 limit $2) as few)) as rows
            """;

    private static final String REST =
            """
            with logged as (delete from log where space_id = $1),
            stood as (delete from entity where space_id = $1),
            told as (delete from receipt where space_id = $1),
            devices as (delete from device where space_id = $1)
            select 1
            """;

    /// What was in the bucket is cleaned up as all garbage is.
    private static final String MEDIA =
            """
            with blobs as (delete from blob where space_id = $1 returning object_key),
            uploads as (delete from upload where space_id = $1 returning upload_id),
            parts as (delete from upload_part where space_id = $1),
            tails as (delete from upload_tail where space_id = $1),
            used as (delete from media_usage where space_id = $1)
            insert into garbage (space_id, upload_id, since)
            select $1, upload_id, $2
              from (select split_part(object_key, '/', 2)::uuid as upload_id from blobs
                    union select upload_id from uploads) as folders
            on conflict (space_id, upload_id) do update set since = excluded.since
            """;

    private static final String HEAD =
            """
            insert into space (space_id, epoch, head, clock, conflicts, purged, log_start)
            values ($1, $2, $3, $4, 0, $3, $3)
            on conflict (space_id) do update
               set epoch = excluded.epoch, head = excluded.head, clock = excluded.clock,
                   conflicts = 0, purged = excluded.purged, log_start = excluded.log_start
            """;

    private static final Mono<List<ChangeEvent>> NOTHING = Mono.just(List.of());

    private final InstantSource clock;
    private final LongSupplier epochs;

    /// @param epochs random numbers for the epochs of spaces
    public Eraser(InstantSource clock, LongSupplier epochs) {
        this.clock = clock;
        this.epochs = epochs;
    }

    /// Whether a request is for this, and not for [Applier].
    public static boolean isErasure(WriteRecord write) {
        return write.changes().size() == 1
                && write.changes().getFirst().type().equals(Sharing.ERASURE);
    }

    /// Takes some of a space away, if the request may do that and there is more than goes with
    /// [#erase].
    ///
    /// @return whether to call this again before that
    /// @throws ClaimLostException when another worker has claimed the partition
    public boolean takeSome(Session session, Claim claim, Inbound.Write erasure) {
        WriteRecord write = erasure.request();
        Loaded known = session.run(connection -> load(connection, write));
        if (settled(known, write) != null
                || session.run(connection -> much(connection, write.space())) <= STEP) {
            return false;
        }
        session.run(connection -> step(connection, claim, write.space()));
        return true;
    }

    /// Decides the request, and commits what comes of it.
    ///
    /// @param erasure not below the claim's position
    /// @param published below it everything is on the changes topic: only noted down
    /// @param news told before the end, and told again if it does not come: what the members of a
    ///   shared space are to hear. Everything that they are to hear of earlier changes was told
    /// @throws ClaimLostException when another worker has claimed the partition
    public Applied erase(
            Session session,
            Claim claim,
            Inbound.Write erasure,
            long published,
            Consumer<List<WriteRecord>> news) {
        WriteRecord write = erasure.request();
        Loaded known = session.run(connection -> load(connection, write));
        ChangeResult settled = settled(known, write);
        if (settled != null) {
            long version = known.head(write.space()).version();
            return session.run(connection ->
                    end(connection, claim, erasure, published, NOTHING, settled, version));
        }
        Head head = known.head(write.space()).next(clock.millis());
        news.accept(news(known, write, head));
        LogRow row = row(write, head, new Source(claim.sourceId(), erasure.offset()));
        Head renewed = new Head(write.space(), epochs.getAsLong(), head.version(), head.clock(), 0);
        return session.run(connection ->
                end(
                        connection,
                        claim,
                        erasure,
                        published,
                        take(connection, renewed, row),
                        new ChangeResult.Applied(row.changeId(), head.version(), false, false),
                        head.version()));
    }

    private Mono<Loaded> load(Connection connection, WriteRecord write) {
        UUID space = write.space();
        SpaceChange change = new SpaceChange(space, write.changes().getFirst().changeId());
        return Mono.zip(
                        Reads.headsForUpdate(connection, List.of(space)),
                        Reads.accepted(connection, List.of(change)),
                        Reads.members(connection, List.of(space)))
                .map(read ->
                        new Loaded(
                                Map.of(
                                        space,
                                        read.getT1().isEmpty()
                                                ? Head.unwritten(space, 0)
                                                : read.getT1().getFirst()),
                                Applier.index(
                                        read.getT2(), Reads.Logged::change, Reads.Logged::accepted),
                                Applier.index(read.getT3(), Reads.Kept::key, Reads.Kept::standing),
                                Map.of()));
    }

    /// What is to be told of a request that erases nothing; null of one that does.
    private static @Nullable ChangeResult settled(Loaded known, WriteRecord write) {
        Change change = write.changes().getFirst();
        Accepted earlier = known.accepted(new SpaceChange(write.space(), change.changeId()));
        if (earlier != null) {
            return earlier.told(change, true);
        }
        Problem refusal = Authority.erasure(known, write);
        return refusal == null ? null : new ChangeResult.Rejected(change.changeId(), refusal);
    }

    private static List<WriteRecord> news(Loaded known, WriteRecord write, Head head) {
        List<WriteRecord> news = new ArrayList<>();
        known.members(write.space())
                .forEach((member, role) ->
                        news.add(
                                Sharing.told(
                                        write.space(),
                                        head.version(),
                                        member,
                                        null,
                                        head.clock())));
        return news;
    }

    private static LogRow row(WriteRecord write, Head head, Source source) {
        Change change = write.changes().getFirst();
        boolean own = SpaceId.personal(write.actor()).equals(write.space());
        ChangeEvent event =
                new ChangeEvent(
                        write.space(),
                        head.version(),
                        0,
                        0,
                        Sharing.ERASURE,
                        write.space().toString(),
                        Op.DELETE,
                        Outcome.APPLIED,
                        null,
                        null,
                        own ? write.space().toString() : write.actor(),
                        null,
                        head.clock(),
                        head.clock(),
                        head.clock());
        return new LogRow(event, change.changeId(), source, Fingerprint.of(change), List.of());
    }

    private static Mono<Long> much(Connection connection, UUID space) {
        return list(
                        connection.createStatement(MUCH).bind(0, space).bind(1, STEP + 1),
                        row -> required(row, "rows", Long.class))
                .map(List::getFirst);
    }

    private static Mono<Long> step(Connection connection, Claim claim, UUID space) {
        return Mono.zip(
                        Statements.begin(connection),
                        list(
                                connection
                                        .createStatement(HELD)
                                        .bind(0, claim.sourceId())
                                        .bind(1, claim.number())
                                        .bind(2, claim.nextOffset()),
                                row -> required(row, "source_id", Integer.class)),
                        (begun, held) -> (long) held.size())
                .flatMap(held ->
                        held == 1
                                ? Mono.just(held)
                                : Statements.rollback(connection)
                                        .then(
                                                Mono.error(() ->
                                                        new ClaimLostException(List.of(claim)))))
                .flatMap(mine ->
                        count(connection.createStatement(SOME).bind(0, space).bind(1, STEP)))
                .flatMap(done -> Statements.commit(connection));
    }

    private Mono<List<ChangeEvent>> take(Connection connection, Head head, LogRow row) {
        UUID space = head.space();
        return Mono.defer(() ->
                Mono.zip(
                                Reads.headsForUpdate(connection, List.of(space)),
                                list(connection.createStatement(REST).bind(0, space), gone -> 1),
                                count(
                                        connection
                                                .createStatement(MEDIA)
                                                .bind(0, space)
                                                .bind(1, clock.millis())),
                                Writes.log(connection, List.of(row)),
                                count(
                                        connection
                                                .createStatement(HEAD)
                                                .bind(0, space)
                                                .bind(1, head.epoch())
                                                .bind(2, head.version())
                                                .bind(3, head.clock())))
                        .thenReturn(List.of(row.event())));
    }

    private static Mono<Applied> end(
            Connection connection,
            Claim claim,
            Inbound.Write erasure,
            long published,
            Mono<List<ChangeEvent>> work,
            ChangeResult result,
            long version) {
        long next = erasure.offset() + 1;
        List<Claims.Move> moves = List.of(new Claims.Move(claim, next, published));
        return Mono.zip(
                        Statements.begin(connection),
                        Claims.advance(connection, moves),
                        (begun, moved) -> moved)
                .flatMap(moved -> Claims.allMine(connection, moves, moved))
                .then(work)
                .flatMap(events ->
                        Statements.commit(connection)
                                .thenReturn(
                                        new Applied(
                                                claim.movedTo(next),
                                                List.of(
                                                        Applied.Answer.of(
                                                                erasure, version, List.of(result))),
                                                events)));
    }
}
