package io.reconverge.media.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Claim;
import io.reconverge.ingest.apply.Session;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.storage.Bucket;
import io.reconverge.parts.OnParts;
import io.reconverge.wire.Change;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Op;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.Violation;
import io.reconverge.wire.WriteRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Workers that write and delete entities, uploads that are finished, and sweeps whose grace is
/// always over, all at once on the same few blobs. The workers are the real [Applier]; what an
/// upload does to the tables is done as it does it.
///
/// Many references come too late for their blob, and that is no fault. So a trigger notes at each
/// commit of an entity whether its blob was there: from then on, it has to be. The trigger holds
/// the commit up a little then: what is to be shown never to happen would have little time to
/// happen.
@OnParts
class RaceTest {

    private static final int ROUNDS = 30;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long NOW = System.currentTimeMillis();
    private static final long NEVER = Long.MAX_VALUE / 2;

    private static final Rules ANYTHING =
            new Rules() {
                @Override
                public OnConflict onConflict(String type) {
                    return OnConflict.LWW;
                }

                @Override
                public List<Violation> check(String type, JsonObject data) {
                    return List.of();
                }
            };

    /// The sweep's clock: at each look, the grace of all blobs is over. So far ahead that the
    /// service's own sweep finds nothing that is due.
    private static final AtomicLong CLOCK = new AtomicLong(NOW + 1_000 * 24 * HOUR);

    private static final AtomicLong MODIFIED_AT = new AtomicLong(NOW - 24 * HOUR);

    private static Media media;
    private static Corner corner;
    private static BlobSweep blobs;
    private static UploadSweep uploads;
    private static GarbageSweep garbage;
    private static Bucket bucket;
    private static Connection watcher;
    private static List<Worker> workers;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws SQLException {
        media =
                Media.start(
                        "reconverge.media.sweep.step=3",
                        "reconverge.media.sweep.grace=1s",
                        "reconverge.media.sweep.recheck=1s",
                        "reconverge.media.sweep.every=1d",
                        "reconverge.database.connections=30");
        corner = media.corner();
        blobs = media.bean(BlobSweep.class);
        uploads = media.bean(UploadSweep.class);
        garbage = media.bean(GarbageSweep.class);
        bucket = media.bean(Bucket.class);
        watcher = corner.database();
        corner.change(
                "create table witness (space_id uuid, id text, version bigint, existed boolean)");
        corner.change(
                """
                create function witness() returns trigger language plpgsql as '
                begin
                    insert into witness
                    select new.space_id, new.id, new.version,
                           exists (select 1 from blob b
                                    where b.space_id = new.space_id
                                      and b.sha256 = new.data ->> ''sha256'');
                    perform pg_sleep(0.002);
                    return null;
                end'
                """);
        corner.change(
                """
                create constraint trigger witness after insert or update on entity
                deferrable initially deferred for each row
                when (new.data is not null) execute function witness()
                """);
        workers = Stream.generate(Worker::new).limit(2).toList();
        threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterAll
    static void stop() throws SQLException {
        watcher.close();
        threads.close();
        workers.forEach(Worker::close);
        media.close();
    }

    @Test
    void a_reference_that_is_committed_while_its_blob_is_there_keeps_it() throws Exception {
        long seed = new Random().nextLong();
        long kept = 0;
        for (int round = 0; round < ROUNDS; round++) {
            kept += new Round(seed + round).run();
        }
        assertThat(kept).as("blobs that outlived their round").isGreaterThan(ROUNDS / 2);
        assertThat(media.metric("reconverge.media.sweep.removed", "kind", "blob"))
                .as("blobs removed")
                .isGreaterThan(ROUNDS);
        assertThat(media.metric("reconverge.media.sweep.failures")).isZero();
    }

    private static final class Round {

        private final long seed;
        private final List<Space> spaces;
        private final List<String> users;
        private final List<String> sha256s = Stream.generate(Space::sha256).limit(2).toList();

        Round(long seed) {
            this.seed = seed;
            this.users =
                    Stream.of("a", "b", "c", "d").map(name -> "race-" + seed + "-" + name).toList();
            this.spaces =
                    users.stream().map(user -> new Space(corner, SpaceId.personal(user))).toList();
        }

        /// @return the number of blobs that are there in the end
        long run() throws Exception {
            List<Callable<Void>> actors = new ArrayList<>();
            for (int i = 0; i < workers.size(); i++) {
                int number = i;
                actors.add(() -> write(number, new Random(seed * 31 + number)));
                actors.add(() -> upload(new Random(seed * 37 + number)));
            }
            CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
            List<Future<Void>> sweeps =
                    Stream.<Callable<Void>>of(
                                    () -> sweepUntil(over),
                                    () -> sweepUntil(over),
                                    () -> sweepUntil(over),
                                    () -> cleanUntil(over))
                            .map(threads::submit)
                            .toList();
            try {
                for (Future<Void> actor : threads.invokeAll(actors)) {
                    done(actor);
                }
            } finally {
                over.complete(null);
            }
            for (Future<Void> sweep : sweeps) {
                done(sweep);
            }
            settle();
            return check();
        }

        private void done(Future<Void> actor) throws InterruptedException {
            try {
                actor.get();
            } catch (ExecutionException failure) {
                throw new AssertionError("seed " + seed, failure.getCause());
            }
        }

        /// As devices that put media entities of their own, and delete them.
        private Void write(int worker, Random random) {
            for (int batch = 0; batch < 16; batch++) {
                List<WriteRecord> writes = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(2); i++) {
                    String id = "entity-" + random.nextInt(2);
                    boolean put = random.nextBoolean();
                    int user = worker + workers.size() * random.nextInt(2);
                    writes.add(request(users.get(user), id, put ? pick(sha256s, random) : null));
                }
                workers.get(worker).commit(writes);
            }
            return null;
        }

        private Void upload(Random random) throws SQLException {
            try (Connection connection = corner.database()) {
                for (int i = 0; i < 4; i++) {
                    int number = random.nextInt(users.size());
                    new Upload(connection, spaces.get(number), pick(sha256s, random))
                            .run(workers.get(number % workers.size()), users.get(number), random);
                }
            }
            return null;
        }

        private static Void sweepUntil(CompletableFuture<@Nullable Void> over) {
            while (!over.isDone()) {
                blobs.sweep(CLOCK.addAndGet(HOUR)).block();
            }
            return null;
        }

        private static Void cleanUntil(CompletableFuture<@Nullable Void> over) {
            while (!over.isDone()) {
                uploads.sweep(CLOCK.get()).block();
                garbage.sweep(CLOCK.get()).block();
            }
            return null;
        }

        private static void settle() {
            for (int i = 0; i < 3; i++) {
                blobs.sweep(CLOCK.addAndGet(HOUR)).block();
            }
            uploads.sweep(CLOCK.get()).block();
            garbage.sweep(CLOCK.addAndGet(HOUR)).block();
        }

        private long check() throws SQLException {
            assertThat(
                            found(
                                    """
                                    select e.space_id || ' ' || e.id || ' ' || e.version
                                      from entity e
                                      join witness w on w.space_id = e.space_id and w.id = e.id
                                       and w.version = e.version and w.existed
                                     where e.space_id = any(?) and e.data is not null
                                       and not exists (
                                           select 1 from blob b
                                            where b.space_id = e.space_id
                                              and b.sha256 = e.data ->> 'sha256')
                                    """))
                    .as("references that lost their blob, seed %d", seed)
                    .isEmpty();
            assertThat(
                            found(
                                    """
                                    select b.space_id || ' ' || b.sha256 from blob b
                                     where b.space_id = any(?) and not exists (
                                        select 1 from entity e
                                         where e.space_id = b.space_id
                                           and e.data ->> 'sha256' = b.sha256)
                                    """))
                    .as("blobs that nothing refers to, seed %d", seed)
                    .isEmpty();
            List<String> keys = found("select object_key from blob where space_id = any(?)");
            assertThat(spaces.stream().flatMap(space -> space.keys().stream()))
                    .as("objects, seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(keys);
            assertThat(
                            found(
                                    """
                                    with mine as (select unnest(?::uuid[]) as space_id)
                                    select 'upload' from mine join upload using (space_id)
                                    union all
                                    select 'garbage' from mine join garbage using (space_id)
                                    union all
                                    select 'reserved' from mine join media_usage using (space_id)
                                     where reserved <> 0
                                    union all
                                    select 'stored' from mine join media_usage m using (space_id)
                                     where stored <> (select coalesce(sum(size), 0) from blob b
                                                       where b.space_id = m.space_id)
                                    """))
                    .as("rows that should not be, seed %d", seed)
                    .isEmpty();
            // or each of the next rounds would look at them, too
            corner.change("update blob set look_at = ? where space_id = any(?)", NEVER, spaceIds());
            return keys.size();
        }

        private UUID[] spaceIds() {
            return spaces.stream().map(Space::id).toArray(UUID[]::new);
        }

        /// What is there of this round's spaces.
        private List<String> found(String sql) throws SQLException {
            try (PreparedStatement statement = watcher.prepareStatement(sql)) {
                statement.setObject(1, spaceIds());
                List<String> found = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
                return found;
            }
        }
    }

    private static <T> T pick(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    private static WriteRecord request(String user, String id, @Nullable String sha256) {
        Change change =
                new Change(
                        UUID.randomUUID(),
                        "media",
                        id,
                        sha256 == null ? Op.DELETE : Op.PUT,
                        sha256 == null
                                ? null
                                : JsonObject.ofText("{\"sha256\":\"%s\"}".formatted(sha256)),
                        null,
                        MODIFIED_AT.incrementAndGet(),
                        null);
        return new WriteRecord(
                UUID.randomUUID(), SpaceId.personal(user), user, "", false, NOW, List.of(change));
    }

    /// An upload, from its creation to the end of its rows. What it asserts is that its blob stays
    /// until its entity is decided.
    private record Upload(
            Connection connection, Space space, String sha256, UUID id, String objectKey) {

        Upload(Connection connection, Space space, String sha256) {
            this(connection, space, sha256, UUID.randomUUID());
        }

        private Upload(Connection connection, Space space, String sha256, UUID id) {
            this(connection, space, sha256, id, new Folder(space.id(), id).begin() + 1);
        }

        void run(Worker worker, String user, Random random) throws SQLException {
            create();
            corner.objects().put(objectKey, new byte[Space.SIZE]);
            if (random.nextInt(4) == 0) {
                set("expires_at = 0, held_until = 0");
                return;
            }
            seal();
            assertThat(isThere()).as("blob of an upload that was just finished").isTrue();
            if (random.nextBoolean()) {
                worker.commit(List.of(request(user, "entity-" + random.nextInt(2), sha256)));
            }
            assertThat(isThere()).as("blob of an upload that is not decided").isTrue();
            set("decided_at = 1, expires_at = 0");
        }

        private void create() throws SQLException {
            execute(
                    """
                    with room as (
                        insert into media_usage as usage (space_id, reserved) values (?, ?)
                        on conflict (space_id) do update
                           set reserved = usage.reserved + excluded.reserved
                        returning space_id
                    )
                    insert into upload (space_id, upload_id, resumable, change_id, media_id, actor,
                                        device_id, content_type, length, reserved, next_number,
                                        created_at, expires_at, held_until)
                    select space_id, ?, true, gen_random_uuid(), 'm', 'u', '', 'text/plain', ?, ?, 2,
                           0, ?, ?
                      from room
                    """,
                    space.id(),
                    (long) Space.SIZE,
                    id,
                    (long) Space.SIZE,
                    (long) Space.SIZE,
                    NEVER,
                    NEVER);
        }

        private void seal() throws SQLException {
            execute(
                    """
                    with sealed as (
                        update upload set sha256 = ?, received = length, reserved = 0
                         where space_id = ? and upload_id = ? and sha256 is null
                        returning *
                    ), stored as (
                        insert into blob (space_id, sha256, size, object_key, stored_at, look_at)
                        select space_id, sha256, received, ?, 0, 0 from sealed
                        on conflict (space_id, sha256) do update
                           set unreferenced_since = null, look_at = excluded.look_at
                        returning space_id, size, object_key
                    ), room as (
                        update media_usage usage
                           set reserved = usage.reserved - stored.size,
                               stored = usage.stored
                                        + case when stored.object_key = ? then stored.size else 0 end
                          from stored where usage.space_id = stored.space_id
                    )
                    insert into garbage (space_id, upload_id, since)
                    select sealed.space_id, sealed.upload_id, 0 from stored, sealed
                     where stored.object_key <> ?
                    on conflict do nothing
                    """,
                    sha256,
                    space.id(),
                    id,
                    objectKey,
                    objectKey,
                    objectKey);
        }

        private boolean isThere() throws SQLException {
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            "select object_key from blob where space_id = ? and sha256 = ?")) {
                statement.setObject(1, space.id());
                statement.setString(2, sha256);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next()
                            && bucket.size(rows.getString(1)).blockOptional().isPresent();
                }
            }
        }

        private void set(String what) throws SQLException {
            execute(
                    "update upload set " + what + " where space_id = ? and upload_id = ?",
                    space.id(),
                    id);
        }

        private void execute(String sql, Object... arguments) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < arguments.length; i++) {
                    statement.setObject(i + 1, arguments[i]);
                }
                assertThat(statement.executeUpdate()).isBetween(0, 1);
            }
        }
    }

    /// An ingest worker's way to commit, with a partition and spaces of its own.
    private static final class Worker implements AutoCloseable {

        private final Applier applier =
                new Applier(ANYTHING, () -> Instant.ofEpochMilli(NOW), () -> 7);
        private final Session session =
                new Session(media.bean(ConnectionFactory.class), Duration.ofSeconds(20));
        private Claim claim = applier.claim(session, UUID.randomUUID(), 0);

        synchronized void commit(List<WriteRecord> requests) {
            List<Inbound.Write> writes = new ArrayList<>();
            for (WriteRecord request : requests) {
                long offset = claim.nextOffset() + writes.size();
                writes.add(
                        new Inbound.Write(
                                new ConsumerRecord<>("writes", 0, offset, new byte[0], new byte[0]),
                                request,
                                null));
            }
            Applied applied =
                    applier.apply(
                            session,
                            new Applier.Part(claim, writes, claim.nextOffset() + writes.size(), 0));
            claim = applied.claim();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
