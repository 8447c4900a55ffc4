package io.reconverge.media.sweep;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.media.Corner;
import io.reconverge.media.Media;
import io.reconverge.media.storage.Bucket;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.service.postgres.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@OnParts
class SweepTest {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = 24 * HOUR;

    /// So far ahead that nothing that is due by it is for the service's own clock.
    private static final long NOW = System.currentTimeMillis() + 1_000 * DAY;

    private static Media media;
    private static Corner corner;
    private static BlobSweep blobs;
    private static UploadSweep uploads;
    private static Patrol patrol;

    private Space space;

    /// One that has met no failure yet.
    private GarbageSweep garbage;

    @BeforeAll
    static void start() {
        media =
                Media.start(
                        "reconverge.media.sweep.step=2",
                        "reconverge.media.sweep.every=1m",
                        "reconverge.media.s3.patience=2s");
        corner = media.corner();
        blobs = media.bean(BlobSweep.class);
        uploads = media.bean(UploadSweep.class);
        patrol = media.bean(Patrol.class);
    }

    @AfterAll
    static void stop() {
        media.close();
    }

    @BeforeEach
    void empty() {
        for (String table :
                List.of("blob", "entity", "upload", "upload_part", "upload_tail", "garbage")) {
            corner.change("delete from " + table);
        }
        corner.objects().keys().forEach(corner.objects()::delete);
        Bucket bucket = media.bean(Bucket.class);
        bucket.multiparts("").concatMap(bucket::abort).blockLast();
        space = Space.in(corner);
        garbage =
                new GarbageSweep(
                        media.bean(Postgres.class),
                        media.bean(Bucket.class),
                        new Turn(
                                media.bean(ConnectionFactory.class),
                                SweepConfiguration.GARBAGE_TURN),
                        media.bean(SweepSettings.class),
                        media.bean(SweepMeters.class));
    }

    @Test
    void a_blob_goes_when_nothing_has_referred_to_it_for_the_grace() {
        space.written();
        String sha256 = Space.sha256();
        Folder folder = space.blob(sha256, NOW);
        space.entity("media", sha256);

        assertThat(sweptBlobs(NOW)).isZero();
        assertThat(space.row("blob"))
                .containsEntry("unreferenced_since", null)
                .containsEntry("look_at", NOW + DAY);
        space.deleteEntities();
        assertThat(sweptBlobs(NOW + DAY - 1)).isZero();
        assertThat(space.row("blob")).containsEntry("unreferenced_since", null);

        assertThat(sweptBlobs(NOW + DAY)).isZero();
        assertThat(space.row("blob"))
                .containsEntry("unreferenced_since", NOW + DAY)
                .containsEntry("look_at", NOW + 8 * DAY);
        assertThat(sweptBlobs(NOW + 8 * DAY - 1)).isZero();
        assertThat(space.row("media_usage")).containsEntry("stored", (long) Space.SIZE);

        assertThat(sweptBlobs(NOW + 8 * DAY)).isEqualTo(1);
        assertThat(space.count("blob")).isZero();
        assertThat(space.row("media_usage")).containsEntry("stored", 0L);
        assertThat(space.row("garbage"))
                .containsEntry("upload_id", folder.upload())
                .containsEntry("since", NOW + 8 * DAY);
        assertThat(space.keys()).hasSize(1);

        assertThat(cleaned(NOW + 8 * DAY)).isEqualTo(1);
        assertThat(space.keys()).isEmpty();
        assertThat(space.count("garbage")).isZero();
    }

    @Test
    void a_blob_that_is_referred_to_again_within_the_grace_stays() {
        space.written();
        String sha256 = Space.sha256();
        space.blob(sha256, NOW);
        sweptBlobs(NOW);
        assertThat(space.row("blob")).containsEntry("unreferenced_since", NOW);
        space.entity("media", sha256);

        assertThat(sweptBlobs(NOW + 7 * DAY)).isZero();

        assertThat(space.row("blob"))
                .containsEntry("unreferenced_since", null)
                .containsEntry("look_at", NOW + 8 * DAY);
    }

    @Test
    void an_upload_refers_to_its_blob_until_its_entity_is_decided() {
        space.written();
        String sha256 = Space.sha256();
        space.blobInVain(sha256, NOW);
        Folder upload = space.upload(NOW + DAY, sha256, false);

        assertThat(sweptBlobs(NOW)).isZero();
        assertThat(space.row("blob")).containsEntry("unreferenced_since", null);

        space.change(upload, "decided_at = 1");
        sweptBlobs(NOW + DAY);
        assertThat(space.row("blob")).containsEntry("unreferenced_since", NOW + DAY);
    }

    @Test
    void only_a_live_entity_of_type_media_in_the_same_space_refers() {
        space.written();
        String sha256 = Space.sha256();
        space.blobInVain(sha256, NOW);
        space.entity("note", sha256);
        Space.in(corner).entity("media", sha256);
        space.entity("media", Space.sha256());

        assertThat(sweptBlobs(NOW)).isEqualTo(1);
    }

    @Test
    void blobs_are_removed_however_many_steps_it_takes() {
        space.written();
        for (int i = 0; i < 7; i++) {
            space.blobInVain(Space.sha256(), NOW);
        }
        String wanted = Space.sha256();
        space.blobInVain(wanted, NOW);
        space.entity("media", wanted);

        assertThat(sweptBlobs(NOW)).isEqualTo(7);

        assertThat(space.row("blob")).containsEntry("sha256", wanted);
        assertThat(space.row("media_usage")).containsEntry("stored", (long) Space.SIZE);
        assertThat(space.count("garbage")).isEqualTo(7);
    }

    @Test
    void a_blob_stays_when_a_worker_commits_a_reference_to_it_meanwhile() throws SQLException {
        space.written();
        String sha256 = Space.sha256();
        space.blobInVain(sha256, NOW);
        try (Connection worker = transaction()) {
            execute(worker, "select head from space where space_id = ? for update", space.id());
            reference(worker, sha256);
            CompletableFuture<@Nullable Long> sweep = blobs.sweep(NOW).toFuture();
            awaitWaiting(sweep);
            worker.commit();

            assertThat(sweep.join()).isZero();
        }
        assertThat(space.count("blob")).isEqualTo(1);
    }

    @Test
    void a_blob_stays_when_the_first_write_to_its_space_refers_to_it_meanwhile()
            throws SQLException {
        String sha256 = Space.sha256();
        space.blobInVain(sha256, NOW);
        try (Connection worker = transaction()) {
            reference(worker, sha256);
            execute(worker, "insert into space values (?, 7, 1, 1)", space.id());
            CompletableFuture<@Nullable Long> sweep = blobs.sweep(NOW).toFuture();
            awaitWaiting(sweep);
            worker.commit();

            assertThat(sweep.join()).isZero();
        }
        assertThat(space.count("blob")).isEqualTo(1);
        assertThat(space.row("space")).containsEntry("epoch", 7L).containsEntry("head", 1L);
    }

    @Test
    void a_blob_of_a_space_that_was_never_written_to_goes_and_leaves_no_space() {
        space.blobInVain(Space.sha256(), NOW);

        assertThat(sweptBlobs(NOW)).isEqualTo(1);

        assertThat(space.count("blob")).isZero();
        assertThat(space.count("space")).isZero();
    }

    @Test
    void a_blob_that_an_upload_is_just_finishing_on_is_not_waited_for() throws SQLException {
        space.written();
        String sha256 = Space.sha256();
        space.blobInVain(sha256, NOW);
        try (Connection finisher = transaction()) {
            execute(
                    finisher,
                    "update blob set unreferenced_since = null, look_at = 0 where space_id = ?",
                    space.id());

            assertThat(sweptBlobs(NOW)).isZero();

            finisher.commit();
        }
        assertThat(space.count("blob")).isEqualTo(1);
    }

    @Test
    void one_blob_that_cannot_be_removed_keeps_no_other() {
        space.written();
        String broken = Space.sha256();
        space.blobInVain(broken, NOW - 1);
        corner.change("update blob set object_key = 'no key' where sha256 = ?", broken);
        space.blobInVain(Space.sha256(), NOW);
        double failures = media.metric("reconverge.media.sweep.failures", "pass", "blobs");

        assertThat(sweptBlobs(NOW)).isEqualTo(1);

        assertThat(space.row("blob")).containsEntry("sha256", broken);
        assertThat(media.metric("reconverge.media.sweep.failures", "pass", "blobs"))
                .isEqualTo(failures + 1);
    }

    @Test
    void whether_a_blob_is_referred_to_is_read_from_the_indexes() throws SQLException {
        for (String statement : List.of(BlobSweep.look(100), BlobSweep.REMOVE)) {
            assertThat(plan(statement))
                    .containsPattern(
                            "Index[ A-Za-z]* using entity_by_blob .*\\n *Index Cond: .*space_id = .*left")
                    .containsPattern(
                            "Index[ A-Za-z]* using upload_of_blob .*\\n *Index Cond: .*space_id = .*sha256 =");
        }
    }

    @Test
    void an_upload_that_has_expired_goes_with_all_that_it_had() {
        Folder upload = space.upload(NOW, null, false);
        for (int number = 1; number <= 5; number++) {
            corner.change(
                    "insert into upload_part values (?, ?, ?, 'e')",
                    space.id(),
                    upload.upload(),
                    number);
            corner.change(
                    "insert into upload_tail values (?, ?, ?, 'b')",
                    space.id(),
                    upload.upload(),
                    number);
        }
        corner.objects().begin(upload.begin() + 1);
        space.object(upload, 2);

        assertThat(sweptUploads(NOW - 1)).isZero();
        assertThat(cleaned(NOW)).isZero();
        assertThat(sweptUploads(NOW)).isEqualTo(1);

        assertThat(space.count("upload")).isZero();
        assertThat(space.count("upload_part")).isZero();
        assertThat(space.count("upload_tail")).isZero();
        assertThat(space.row("media_usage")).containsEntry("reserved", 0L);
        assertThat(cleaned(NOW)).isEqualTo(1);
        assertThat(space.keys()).isEmpty();
        assertThat(corner.objects().multiparts(space.id() + "/")).isEmpty();
    }

    @Test
    void uploads_go_however_many_steps_it_takes() {
        for (int i = 0; i < 5; i++) {
            space.upload(NOW, null, false);
        }
        Folder kept = space.upload(NOW + 1, null, false);

        assertThat(sweptUploads(NOW)).isEqualTo(5);

        assertThat(space.row("upload")).containsEntry("upload_id", kept.upload());
        assertThat(space.row("media_usage")).containsEntry("reserved", 10L);
    }

    @Test
    void an_upload_that_a_request_writes_to_stays() {
        Folder upload = space.upload(NOW, null, false);
        space.change(upload, "held_until = " + (NOW + 1));

        assertThat(sweptUploads(NOW)).isZero();
        assertThat(sweptUploads(NOW + 1)).isEqualTo(1);
    }

    @Test
    void an_upload_that_has_all_its_bytes_is_given_another_day() {
        Folder upload = space.upload(NOW, null, false);
        space.change(upload, "received = length");

        assertThat(sweptUploads(NOW + DAY - 1)).isZero();
        assertThat(sweptUploads(NOW + DAY)).isEqualTo(1);
    }

    @Test
    void an_upload_of_no_known_length_is_given_no_more_time() {
        Folder upload = space.upload(NOW, null, false);
        space.change(upload, "length = null");

        assertThat(sweptUploads(NOW)).isEqualTo(1);
    }

    @Test
    void an_upload_whose_entity_is_decided_goes_and_leaves_its_blob() {
        String sha256 = Space.sha256();
        space.blob(sha256, NOW + 100 * DAY);
        space.upload(NOW, sha256, true);

        assertThat(sweptUploads(NOW)).isEqualTo(1);

        assertThat(space.count("upload")).isZero();
        assertThat(space.count("blob")).isEqualTo(1);
        assertThat(space.count("garbage")).isZero();
        assertThat(space.row("media_usage"))
                .containsEntry("stored", (long) Space.SIZE)
                .containsEntry("reserved", 0L);
    }

    @Test
    void an_upload_whose_entity_is_not_decided_stays_for_ever() {
        Folder upload = space.upload(NOW, Space.sha256(), false);
        space.change(upload, "held_until = " + NOW);

        assertThat(sweptUploads(NOW + 1_000 * DAY)).isZero();
    }

    @Test
    void cleaning_leaves_what_blobs_name() {
        Folder folder = space.blob(Space.sha256(), NOW);
        space.object(folder, 2);
        space.object(folder, 10);
        space.object(folder, 11);
        corner.objects().begin(folder.begin() + 12);
        Folder other = space.folder();
        String others = space.object(other, 1);
        space.garbage(folder, NOW);

        assertThat(cleaned(NOW)).isEqualTo(1);

        assertThat(space.keys()).containsExactlyInAnyOrder(folder.begin() + 1, others);
        assertThat(corner.objects().multiparts(space.id() + "/")).isEmpty();
        assertThat(space.count("garbage")).isZero();
        assertThat(cleaned(NOW)).isZero();
    }

    @Test
    void a_folder_is_not_cleaned_while_its_upload_is_received() {
        Folder upload = space.upload(NOW, null, false);
        space.object(upload, 1);
        space.garbage(upload, NOW);

        assertThat(cleaned(NOW)).isZero();
        assertThat(space.keys()).hasSize(1);

        space.change(upload, "sha256 = '%s', decided_at = 1".formatted(Space.sha256()));
        assertThat(cleaned(NOW)).isEqualTo(1);
        assertThat(space.keys()).isEmpty();
    }

    @Test
    void a_folder_whose_blob_is_removed_while_it_is_cleaned_is_cleaned_again() throws SQLException {
        space.written();
        Folder folder = space.blobInVain(Space.sha256(), NOW);
        space.garbage(folder, NOW);
        try (Connection remover = transaction()) {
            execute(remover, "delete from blob where space_id = ?", space.id());
            execute(
                    remover,
                    """
                    insert into garbage values (?, ?, ?) on conflict (space_id, upload_id) do update
                       set since = greatest(garbage.since + 1, excluded.since)
                    """,
                    space.id(),
                    folder.upload(),
                    NOW);
            CompletableFuture<@Nullable Long> cleaning = garbage.sweep(NOW).toFuture();
            awaitWaiting(cleaning);
            remover.commit();
            cleaning.join();
        }
        assertThat(space.keys()).hasSize(1);
        assertThat(space.row("garbage")).containsEntry("since", NOW + 1);

        assertThat(cleaned(NOW + 1)).isEqualTo(1);
        assertThat(space.keys()).isEmpty();
        assertThat(space.count("garbage")).isZero();
    }

    @Test
    void a_removed_blob_makes_another_row_of_garbage_that_is_there() {
        space.written();
        Folder folder = space.blobInVain(Space.sha256(), NOW);
        space.garbage(folder, NOW);

        assertThat(sweptBlobs(NOW)).isEqualTo(1);

        assertThat(space.row("garbage")).containsEntry("since", NOW + 1);
    }

    @Test
    void cleaning_waits_longer_each_time_that_the_store_does_not_answer() {
        Folder folder = space.folder();
        space.object(folder, 1);
        space.garbage(folder, NOW);
        var store = Parts.shared().objectStore();
        store.stop();
        try {
            assertThatThrownBy(() -> cleaned(NOW)).hasMessageContaining("Media cannot be reached");
            assertThat(cleaned(NOW + 59_999)).isZero();
            assertThat(cleaned(NOW + 60_000)).as("beyond the one that failed").isZero();
            assertThatThrownBy(() -> cleaned(NOW + 60_000))
                    .hasMessageContaining("Media cannot be reached");
        } finally {
            store.start();
        }
        assertThat(cleaned(NOW + 179_999)).isZero();
        assertThat(cleaned(NOW + 180_000)).as("beyond the one that failed").isZero();
        assertThat(space.count("garbage")).isEqualTo(1);
        requireNonNull(garbage.measure(NOW + 180_000).thenReturn(true).block());
        assertThat(media.metric("reconverge.media.sweep.garbage.age")).isZero();

        assertThat(cleaned(NOW + 180_000)).isEqualTo(1);
        assertThat(space.keys()).isEmpty();
    }

    @Test
    void one_folder_that_cannot_be_cleaned_keeps_no_other() {
        Folder broken = space.folder();
        space.garbage(broken, NOW);
        Space other = Space.in(corner);
        for (int i = 0; i < 5; i++) {
            other.garbage(other.folder(), NOW + 1);
        }
        corner.change(
                """
                create function refuse() returns trigger language plpgsql as
                'begin raise exception ''not this one''; end'
                """);
        corner.change(
                """
                create trigger refuse before delete on garbage for each row
                when (old.space_id = '%s') execute function refuse()
                """
                        .formatted(space.id()));
        try {
            assertThatThrownBy(() -> cleaned(NOW + DAY)).hasStackTraceContaining("not this one");
            assertThat(cleaned(NOW + 2 * DAY)).isPositive();
        } finally {
            corner.change("drop trigger refuse on garbage");
            corner.change("drop function refuse");
        }
        assertThat(other.count("garbage")).isZero();
        assertThat(cleaned(NOW + 3 * DAY)).isEqualTo(1);
        assertThat(space.count("garbage")).isZero();
    }

    @Test
    void the_age_of_the_oldest_garbage_is_told() {
        long now = System.currentTimeMillis();
        space.garbage(space.folder(), now - HOUR);
        space.garbage(space.upload(NOW, null, false), now - DAY);

        garbage.measure(now).block();
        assertThat(media.metric("reconverge.media.sweep.garbage.age")).isBetween(3_600.0, 3_700.0);

        assertThat(cleaned(now)).isEqualTo(1);
        garbage.measure(now).block();
        assertThat(media.metric("reconverge.media.sweep.garbage.age")).isZero();
    }

    @Test
    void a_patrol_finds_what_nobody_knows_of() {
        Folder orphan = space.folder();
        space.object(orphan, 1);
        space.object(orphan, 2);
        Folder begun = space.folder();
        corner.objects().begin(begun.begin() + 1);
        Folder receiving = space.upload(NOW, null, false);
        space.object(receiving, 1);
        corner.objects().begin(receiving.begin() + 2);
        Folder blob = space.blob(Space.sha256(), NOW);
        Folder blobWithMore = space.blob(Space.sha256(), NOW);
        space.object(blobWithMore, 2);
        Folder known = space.folder();
        space.object(known, 1);
        space.garbage(known, NOW);
        corner.objects().put("readme", new byte[1]);
        corner.objects().put(orphan.begin() + "more/1", new byte[1]);
        corner.objects().put(orphan.begin() + "x", new byte[1]);
        // the store's own clock dates what lies in it
        long written = System.currentTimeMillis();

        assertThat(patrolled(written + 2 * DAY)).as("still young").isZero();
        assertThat(patrolled(written + 4 * DAY)).isEqualTo(3);

        assertThat(noted())
                .containsExactlyInAnyOrder(
                        orphan.upload(), begun.upload(), blobWithMore.upload(), known.upload());
        assertThat(media.metric("reconverge.media.sweep.foreign")).isEqualTo(3);
        assertThat(patrolled(written + 4 * DAY)).isZero();

        assertThat(cleaned(NOW)).isEqualTo(4);
        assertThat(space.keys())
                .containsExactlyInAnyOrder(
                        receiving.begin() + 1, blob.begin() + 1, blobWithMore.begin() + 1);
        assertThat(corner.objects().multiparts(space.id() + "/")).hasSize(1);
        assertThat(corner.objects().keys()).contains("readme");
    }

    @Test
    void one_instance_patrols_and_cleans_at_a_time() {
        space.object(space.folder(), 1);
        space.garbage(space.folder(), NOW);
        ConnectionFactory connections = media.bean(ConnectionFactory.class);
        Turn patrols = new Turn(connections, SweepConfiguration.PATROL_TURN);
        Turn cleanings = new Turn(connections, SweepConfiguration.GARBAGE_TURN);

        Mono<Long> meanwhile =
                patrols.take(
                        cleanings.take(patrol.walk(NOW).zipWith(garbage.sweep(NOW), Long::sum)));

        assertThat(meanwhile.block()).isZero();
        assertThat(patrolled(NOW)).isEqualTo(1);
        assertThat(cleaned(NOW)).isEqualTo(2);
    }

    private static long sweptBlobs(long now) {
        return requireNonNull(blobs.sweep(now).block());
    }

    private static long sweptUploads(long now) {
        return requireNonNull(uploads.sweep(now).block());
    }

    private long cleaned(long now) {
        return requireNonNull(garbage.sweep(now).block());
    }

    private static long patrolled(long now) {
        return requireNonNull(patrol.walk(now).block());
    }

    private List<UUID> noted() {
        return corner.rows("select upload_id from garbage where space_id = ?", space.id()).stream()
                .map(row -> (UUID) requireNonNull(row.get("upload_id")))
                .toList();
    }

    private void reference(Connection worker, String sha256) throws SQLException {
        execute(
                worker,
                Space.ENTITY,
                space.id(),
                "media",
                "m",
                1L,
                "{\"sha256\":\"%s\"}".formatted(sha256));
    }

    private static Connection transaction() throws SQLException {
        Connection connection = corner.database();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql, @Nullable Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }

    /// Until the database makes it wait for another transaction.
    private static void awaitWaiting(CompletableFuture<@Nullable Long> work) {
        await().until(() ->
                work.isDone()
                        || corner.number(
                                        """
                                        select count(*) from pg_stat_activity
                                         where wait_event_type = 'Lock'
                                           and application_name = 'reconverge-media-service'
                                        """)
                                > 0);
        assertThat(work).isNotDone();
    }

    private static String plan(String statement) throws SQLException {
        String url = corner.isolation().jdbcUrl() + "&preferQueryMode=simple";
        var server = Parts.shared().database();
        StringBuilder plan = new StringBuilder();
        try (Connection connection =
                        DriverManager.getConnection(url, server.user(), server.password());
                var sql = connection.createStatement()) {
            sql.execute("set enable_seqscan = off; set enable_bitmapscan = off");
            try (ResultSet lines = sql.executeQuery("explain (generic_plan) " + statement)) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }
}
