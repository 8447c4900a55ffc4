package io.reconverge.ingest.retention;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;

@OnParts
class RetentionTest {

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = 1_000 * DAY;

    private final UUID space = UUID.randomUUID();
    private DatabaseClient database;

    @BeforeEach
    void migrate() {
        Isolation isolation = Parts.shared().isolate("retention");
        var server = Parts.shared().database();
        Flyway.configure()
                .dataSource(server.jdbcUrl(), server.user(), server.password())
                .defaultSchema(isolation.schema())
                .load()
                .migrate();
        database =
                DatabaseClient.create(
                        ConnectionFactories.get(
                                ConnectionFactoryOptions.parse(
                                                server.r2dbcUrl() + "?schema=" + isolation.schema())
                                        .mutate()
                                        .option(ConnectionFactoryOptions.USER, server.user())
                                        .option(
                                                ConnectionFactoryOptions.PASSWORD,
                                                server.password())
                                        .build()));
        run("insert into space values ('%s', 1, 10, %d)".formatted(space, NOW));
    }

    @Test
    void
            tombstones_go_when_they_are_past_their_time_and_the_space_says_which_cursors_are_too_old() {
        entity("old", 3, 100, true);
        entity("old-2", 5, 95, true);
        entity("young", 6, 80, true);
        entity("alive", 2, 200, false);

        long removed = sweep(settings(null, 1));

        assertThat(removed).isEqualTo(2);
        assertThat(strings("select id from entity order by id")).containsExactly("alive", "young");
        assertThat(number("select purged from space")).isEqualTo(5);
    }

    @Test
    void receipts_and_silent_devices_go_too() {
        run(
                "insert into receipt values ('%1$s', gen_random_uuid(), '{}', %2$d), ('%1$s', gen_random_uuid(), '{}', %3$d)"
                        .formatted(space, NOW - 8 * DAY, NOW - 6 * DAY));
        run(
                "insert into device values ('%1$s', 'old', 'u', %2$d, 0), ('%1$s', 'new', 'u', %3$d, 0)"
                        .formatted(space, NOW - 100 * DAY, NOW - DAY));

        assertThat(sweep(settings(null, 500))).isEqualTo(2);
        assertThat(number("select count(*) from receipt")).isEqualTo(1);
        assertThat(strings("select device_id from device")).containsExactly("new");
    }

    @Test
    void log_rows_stay_for_ever_unless_a_setting_says_otherwise() {
        for (int version = 1; version <= 10; version++) {
            logRow(version, 100 - version * 8);
        }

        assertThat(sweep(settings(null, 500))).isZero();
        assertThat(sweep(settings(Duration.ofDays(50), 2))).isEqualTo(6);
        assertThat(number("select min(version) from log")).isEqualTo(7);
        assertThat(number("select log_start from space")).isEqualTo(7);
        assertThat(sweep(settings(Duration.ofDays(50), 2))).isZero();
    }

    @Test
    void the_log_cannot_be_set_to_forget_before_thirty_days() {
        assertThatThrownBy(() -> settings(Duration.ofDays(29), 500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reconverge.retention.log");
    }

    private static RetentionSettings settings(
            @org.jspecify.annotations.Nullable Duration log, int step) {
        return new RetentionSettings(
                Duration.ofDays(90), Duration.ofDays(7), log, Duration.ofMinutes(1), step);
    }

    private long sweep(RetentionSettings settings) {
        return requireNonNull(new Retention(database, settings).sweep(NOW).block());
    }

    private void entity(String id, long version, long ageDays, boolean deleted) {
        run(
                """
                insert into entity (space_id, type, id, version, log_version, data, created_at, modified_at,
                                    committed_at, updated_by)
                values ('%s', 'thing', '%s', %d, %d, %s, 0, 0, %d, 'u')
                """
                        .formatted(
                                space,
                                id,
                                version,
                                version,
                                deleted ? "null" : "'{}'",
                                NOW - ageDays * DAY));
    }

    private void logRow(long version, long ageDays) {
        run(
                """
                insert into log (space_id, version, change_id, type, id, op, outcome, previous_version,
                                 entity_version, fingerprint, actor, created_at, modified_at, committed_at,
                                 source_id, source_offset)
                values ('%s', %d, gen_random_uuid(), 'thing', 'e', 'delete', 'applied', 0, 0,
                        gen_random_uuid(), 'u', 0, 0, %d, 1, 1)
                """
                        .formatted(space, version, NOW - ageDays * DAY));
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }

    private long number(String sql) {
        return requireNonNull(database.sql(sql).mapValue(Long.class).one().block());
    }

    private List<String> strings(String sql) {
        return requireNonNull(database.sql(sql).mapValue(String.class).all().collectList().block());
    }
}
