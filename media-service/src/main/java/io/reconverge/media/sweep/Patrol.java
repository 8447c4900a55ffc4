package io.reconverge.media.sweep;

import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Postgres;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Walks through the whole bucket for what nobody knows of and notes it down as garbage: what a
/// request put there after its upload had been given up, and what no row names since the database
/// was set back. Keys that are not of our form are left alone, and counted.
///
/// A walk remembers nothing: one that breaks off is begun anew the next time.
final class Patrol {

    /// Only what the walk met and nobody knows; rows that name it may come and go meanwhile, and
    /// [GarbageSweep] looks again.
    private static final String NOTE_OBJECTS =
            """
            insert into garbage (space_id, upload_id, since)
            select distinct met.space_id, met.upload_id, $1::int8
              from unnest($2::uuid[], $3::uuid[], $4::text[]) as met (space_id, upload_id, object_key)
             where not exists (select 1 from upload u
                                where u.space_id = met.space_id and u.upload_id = met.upload_id)
               and not exists (select 1 from blob b
                                where b.space_id = met.space_id and b.object_key = met.object_key)
            on conflict (space_id, upload_id) do nothing
            """;

    /// A multipart upload is no blob's, whatever its key.
    private static final String NOTE_MULTIPARTS =
            """
            insert into garbage (space_id, upload_id, since)
            select distinct met.space_id, met.upload_id, $1::int8
              from unnest($2::uuid[], $3::uuid[]) as met (space_id, upload_id)
             where not exists (select 1 from upload u
                                where u.space_id = met.space_id and u.upload_id = met.upload_id)
            on conflict (space_id, upload_id) do nothing
            """;

    private final Postgres postgres;
    private final Bucket bucket;
    private final Turn turn;
    private final SweepSettings settings;
    private final SweepMeters meters;

    Patrol(
            Postgres postgres,
            Bucket bucket,
            Turn turn,
            SweepSettings settings,
            SweepMeters meters) {
        this.postgres = postgres;
        this.bucket = bucket;
        this.turn = turn;
        this.settings = settings;
        this.meters = meters;
    }

    /// Does nothing while another instance does.
    ///
    /// @param now epoch milliseconds
    /// @return the number of folders noted down
    Mono<Long> walk(long now) {
        return turn.take(Mono.defer(() -> walkAll(now))).defaultIfEmpty(0L);
    }

    private Mono<Long> walkAll(long now) {
        long young = now - settings.orphansAfter().toMillis();
        AtomicLong foreign = new AtomicLong();
        Flux<Met> objects =
                bucket.list("", "")
                        .concatMapIterable(
                                object -> met(object.key(), object.modifiedAt() < young, foreign));
        Flux<Met> multiparts =
                bucket.multiparts("")
                        .concatMapIterable(multipart ->
                                met(multipart.key(), multipart.begunAt() < young, foreign));
        return objects.buffer(settings.step())
                .concatMap(some -> noteObjects(some, now))
                .concatWith(
                        multiparts
                                .buffer(settings.step())
                                .concatMap(some -> noteMultiparts(some, now)))
                .reduce(0L, Long::sum)
                .doOnNext(noted -> meters.foreign(foreign.get()));
    }

    private record Met(String key, Folder folder) {}

    private static List<Met> met(String key, boolean old, AtomicLong foreign) {
        Optional<Folder> folder = Folder.of(key);
        if (folder.isEmpty()) {
            foreign.incrementAndGet();
        }
        return folder.filter(known -> old).map(known -> new Met(key, known)).stream().toList();
    }

    private Mono<Long> noteObjects(List<Met> some, long now) {
        return postgres.answer(
                note(NOTE_OBJECTS, some, now)
                        .bind(3, some.stream().map(Met::key).toArray(String[]::new))
                        .fetch()
                        .rowsUpdated());
    }

    private Mono<Long> noteMultiparts(List<Met> some, long now) {
        return postgres.answer(note(NOTE_MULTIPARTS, some, now).fetch().rowsUpdated());
    }

    private GenericExecuteSpec note(String statement, List<Met> some, long now) {
        return postgres.sql(statement)
                .bind(0, now)
                .bind(1, some.stream().map(met -> met.folder().space()).toArray(UUID[]::new))
                .bind(2, some.stream().map(met -> met.folder().upload()).toArray(UUID[]::new));
    }
}
