package io.reconverge.feed.timeline;

import io.reconverge.feed.space.MySpaces;
import io.reconverge.service.identity.Caller;
import io.reconverge.service.postgres.Columns;
import io.reconverge.service.postgres.EntityRow;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.TimedEntity;
import io.reconverge.wire.TimedPage;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Reads what changed since a time, in several spaces, exactly: nothing is left out, and nothing
/// comes twice, however workers' clocks differ.
///
/// In one space that follows from its clock, which strictly increases with the version: a time and
/// a version say the same. Of several spaces the times do not compare by themselves: one may stand
/// at 10:05, and the next commit to another, by a worker whose clock is slow, be of 10:01. So
/// before a time is handed out, those of the spaces that stand before it are told not to commit at
/// or before it: their `floor` is raised, under the lock that every commit takes. Then the entities
/// are read: whatever was committed up to that time is there by then, and whatever comes later has
/// a later time.
///
/// Two statements; three when a space has to be told.
@Component
public final class Timeline {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

    private final Postgres postgres;
    private final Clock clock;

    Timeline(Postgres postgres, Clock clock) {
        this.postgres = postgres;
        this.clock = clock;
    }

    // The log's times increase with its versions, so the version of a time is found by halving: as
    // many steps along the primary key as the head has binary digits, and no further index.
    private static final String PLACES =
            """
            with recursive mine as (
                %s),
            halving (space_id, low, high) as (
                select space.space_id, space.log_start - 1, space.head + 1
                  from mine join space using (space_id)
                 where space.clock > $4
                union all
                select halving.space_id,
                       case when log.committed_at <= $4 then log.version else halving.low end,
                       case when log.committed_at <= $4 then halving.high else log.version end
                  from halving
                  join log on log.space_id = halving.space_id
                          and log.version = (halving.low + halving.high) / 2
                 where halving.high - halving.low > 1)
            select mine.space_id, mine.joined, greatest(space.clock, space.floor) as clock,
                   coalesce(space.head, 0) as head, coalesce(space.purged, 0) as purged,
                   case when space.clock > $4 then
                        (select case when max(low) < space.log_start and space.log_start > 1
                                     then null else max(low) end
                           from halving where halving.space_id = mine.space_id)
                        else coalesce(space.head, 0) end as seen
              from mine left join space using (space_id)
            """
                    .formatted(MySpaces.QUERY);

    // In the order of their ids, as every writer locks them.
    private static final String RAISE =
            """
            with before as (
                select space_id from space
                 where space_id = any ($1) and greatest(clock, floor) < $2
                 order by space_id for update),
            raised as (
                update space set floor = $2
                 where space_id in (select space_id from before)
                   and greatest(clock, floor) < $2)
            insert into space (space_id, epoch, head, clock, floor)
            select space_id, epoch, 0, 0, $2
              from unnest ($3::uuid[], $4::int8[]) as unwritten (space_id, epoch)
            on conflict (space_id) do update set floor = greatest(space.floor, excluded.floor)
            """;

    // Sizes first, data of what fits; what comes at the same time comes together or not at all.
    private static final String PAGE =
            """
            with found as (
                select mine.space_id, entity.version, coalesce(pg_column_size(entity.data), 0) as own,
                       greatest(entity.committed_at, mine.joined + entity.version - 1) as comes
                  from unnest ($1::uuid[], $2::int8[], $3::int8[]) as mine (space_id, joined, low)
                 cross join lateral (
                       select version, committed_at, data from entity
                        where entity.space_id = mine.space_id and entity.version > mine.low
                          and ($4::text[] is null or entity.type = any ($4))
                        order by entity.version
                        limit $6) as entity
                 where greatest(entity.committed_at, mine.joined + entity.version - 1) <= $5),
            first as (
                select * from found order by comes, space_id limit $6),
            sized as (
                select *, count(*) over () as available,
                       coalesce(sum(own) over (order by comes
                           groups between unbounded preceding and 1 preceding), 0) as before
                  from first)
            select sized.comes, sized.available,
                   entity.space_id, entity.type, entity.id, entity.version, entity.data,
                   entity.created_at, entity.modified_at, entity.committed_at, entity.updated_by,
                   entity.device_id
              from sized
              join entity on entity.space_id = sized.space_id and entity.version = sized.version
             where sized.before < $7
             order by sized.comes, sized.space_id
            """;

    /// @param since a time that a page ended with, or 0
    /// @param only of these spaces; all of the caller's when it is empty
    /// @param types of these types; of all when it is empty
    record Question(Caller caller, Set<UUID> only, List<String> types, long since) {}

    /// @param heads of the caller's own space, when everything of it was given; else 0
    record Answer(TimedPage page, long ownVersion) {}

    /// @param limit entities; more come only when they come at the very same time
    /// @param bytes of data after which a page ends
    /// @return fails with a [io.reconverge.service.problem.ProblemException]: `cursor-expired`,
    ///   `not-a-member`
    Mono<Answer> since(Question question, int limit, long bytes) {
        return places(question)
                .flatMap(places -> {
                    long time = time(places);
                    List<Long> lows =
                            places.stream().map(place -> place.low(question.since())).toList();
                    return raise(places, time)
                            .then(read(question, places, lows, time, limit, bytes))
                            .map(page -> new Answer(page, page.hasMore() ? 0 : own(places)));
                });
    }

    /// Up to when is read. What was in a space before the reader joined it comes at times that may
    /// lie ahead; those further than [#AHEAD_MAX] wait, so that no space's clock is driven away.
    private long time(List<Place> places) {
        long clocks = places.stream().mapToLong(Place::now).max().orElse(0);
        long latest = places.stream().mapToLong(Place::latest).max().orElse(0);
        long most = clock.millis() + AHEAD_MAX.toMillis();
        return Math.max(clocks, Math.min(latest, most));
    }

    private static long own(List<Place> places) {
        return places.stream()
                .filter(place -> place.joined() == 0)
                .mapToLong(Place::head)
                .findFirst()
                .orElse(0);
    }

    private Mono<List<Place>> places(Question question) {
        return postgres.answer(
                        postgres.sql(
                                        PLACES,
                                        question.caller().own(),
                                        question.caller().subject(),
                                        MySpaces.SHARED_MAX,
                                        question.since())
                                .map(
                                        Columns.as(row ->
                                                new Place(
                                                        row.uuid("space_id"),
                                                        row.number("joined"),
                                                        row.numberOrNull("clock"),
                                                        row.number("head"),
                                                        row.number("purged"),
                                                        row.numberOrNull("seen"))))
                                .all()
                                .collectList())
                .map(places -> narrowed(places, question.only()));
    }

    private static List<Place> narrowed(List<Place> places, Set<UUID> only) {
        if (only.isEmpty()) {
            return places;
        }
        List<Place> wanted = places.stream().filter(place -> only.contains(place.space())).toList();
        if (wanted.size() < only.size()) {
            throw Caller.notAMember();
        }
        return wanted;
    }

    private Mono<Void> raise(List<Place> places, long time) {
        List<Place> before = places.stream().filter(place -> place.isBefore(time)).toList();
        if (time == 0 || before.isEmpty()) {
            return Mono.empty();
        }
        UUID[] unwritten = ids(before.stream().filter(place -> place.clock() == null).toList());
        Long[] epochs = new Long[unwritten.length];
        for (int i = 0; i < epochs.length; i++) {
            epochs[i] = RANDOM.nextLong() | 1;
        }
        return postgres.answer(postgres.sql(RAISE, ids(before), time, unwritten, epochs).then());
    }

    private Mono<TimedPage> read(
            Question question,
            List<Place> places,
            List<Long> lows,
            long time,
            int limit,
            long bytes) {
        var statement =
                postgres.sql(PAGE)
                        .bind(0, ids(places))
                        .bind(1, places.stream().map(Place::joined).toArray(Long[]::new))
                        .bind(2, lows.toArray(Long[]::new))
                        .bind(4, time)
                        // at most one of each space comes at a time, so these make the last one
                        // whole
                        .bind(5, limit + places.size() + 1)
                        .bind(6, bytes);
        var typed =
                question.types().isEmpty()
                        ? statement.bindNull(3, String[].class)
                        : statement.bind(3, question.types().toArray(String[]::new));
        return Mono.defer(() -> {
            var taken = new Taken(limit, bytes);
            return postgres.answer(
                    typed.map(Columns.as(taken::take))
                            .all()
                            .takeWhile(goOn -> goOn)
                            .then(Mono.fromSupplier(() -> taken.page(time))));
        });
    }

    private static final class Taken {

        private final int limit;
        private final long bytesMax;
        private final List<TimedEntity> items = new ArrayList<>();
        private long bytes;
        private long comes;
        private long available;

        Taken(int limit, long bytesMax) {
            this.limit = limit;
            this.bytesMax = bytesMax;
        }

        boolean take(Columns row) {
            available = row.number("available");
            long at = row.number("comes");
            if (at > comes && (items.size() >= limit || bytes >= bytesMax)) {
                return false;
            }
            comes = at;
            TimedEntity entity = entity(row);
            bytes += EntityRow.size(entity.data());
            items.add(entity);
            return true;
        }

        TimedPage page(long time) {
            boolean more = items.size() < available;
            return new TimedPage(items, more ? comes : time, more);
        }
    }

    // Where one of the caller's spaces has them, each by primary key.
    private static final String FIND =
            """
            with mine as (
                %s)
            select entity.*
              from mine
             cross join unnest ($4::text[], $5::text[]) as asked (type, id)
              join entity on entity.space_id = mine.space_id
                         and entity.type = asked.type and entity.id = asked.id
            """
                    .formatted(MySpaces.QUERY);

    /// The entities of these names in any of the caller's spaces, tombstones included.
    ///
    /// @param bytes of data that there may be in all
    /// @return fails with a [ProblemException], `too-large`, when there is more
    Mono<List<TimedEntity>> find(Caller caller, Collection<EntityKey> keys, long bytes) {
        AtomicLong left = new AtomicLong(bytes);
        return postgres.answer(
                postgres.sql(
                                FIND,
                                caller.own(),
                                caller.subject(),
                                MySpaces.SHARED_MAX,
                                keys.stream().map(EntityKey::type).toArray(String[]::new),
                                keys.stream().map(EntityKey::id).toArray(String[]::new))
                        .map(Columns.as(Timeline::entity))
                        .all()
                        .doOnNext(entity -> {
                            if (left.addAndGet(-EntityRow.size(entity.data())) < 0) {
                                throw new ProblemException(
                                        ProblemType.TOO_LARGE,
                                        "These entities have more than "
                                                + bytes
                                                + " bytes: ask for fewer at once.");
                            }
                        })
                        .collectList());
    }

    private static TimedEntity entity(Columns row) {
        var data = row.json("data");
        return new TimedEntity(
                row.uuid("space_id"),
                row.text("type"),
                row.text("id"),
                row.number("version"),
                data,
                data == null,
                row.number("created_at"),
                row.number("modified_at"),
                row.number("committed_at"),
                row.text("updated_by"),
                row.textOrNull("device_id"));
    }

    private static UUID[] ids(List<Place> places) {
        return places.stream().map(Place::space).toArray(UUID[]::new);
    }
}
