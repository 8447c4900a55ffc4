package io.reconverge.bench.scenario;

import io.reconverge.parts.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/// Fills the tables with what other people have, as far as is wanted.
final class Filler {
    /// In one transaction.
    private static final int ROWS = 100_000;

    private static final String SPACES =
            """
            with filled as (
                insert into space (space_id, epoch, head, clock)
                select gen_random_uuid(), 1, ?, ? from generate_series(1, ?)
                returning space_id, head
            ), row as (
                select space_id, version, 'n-' || version as id from filled, generate_series(1, head) as version
            ), logged as (
                insert into log (space_id, version, change_id, type, id, op, outcome, previous_version,
                                 entity_version, data, patch, conflict_fields, fingerprint, actor, device_id,
                                 created_at, modified_at, committed_at, source_id, source_offset)
                select space_id, version, gen_random_uuid(), 'note', id, 'put', 'applied', 0, version,
                       '{"title":"Tide","body":"high at 6:10"}', '{"title":"Tide","body":"high at 6:10"}', null,
                       gen_random_uuid(), 'somebody', 'phone', version, version, version, 0, 0
                  from row
            )
            insert into entity (space_id, type, id, version, log_version, data, stamps, created_at,
                                modified_at, committed_at, updated_by, device_id)
            select space_id, 'note', id, version, version, '{"title":"Tide","body":"high at 6:10"}', null,
                   version, version, version, 'somebody', 'phone'
              from row
            """;

    private final Database database;
    private long spaces;
    private long rows;

    Filler(Database database) {
        this.database = database;
    }

    /// @param wantedRows of the log, in all that this filled
    void fillTo(long wantedSpaces, long wantedRows) {
        long each = Math.max(1, (wantedRows - rows) / Math.max(1, wantedSpaces - spaces));
        long atOnce = Math.max(1, ROWS / each);
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                PreparedStatement statement = connection.prepareStatement(SPACES)) {
            while (spaces < wantedSpaces) {
                long more = Math.min(atOnce, wantedSpaces - spaces);
                statement.setLong(1, each);
                statement.setLong(2, each);
                statement.setLong(3, more);
                statement.executeUpdate();
                spaces += more;
                rows += more * each;
            }
            try (Statement analyze = connection.createStatement()) {
                analyze.execute("vacuum (analyze) space, entity, log");
            }
        } catch (SQLException failure) {
            throw new IllegalStateException("the tables cannot be filled", failure);
        }
    }
}
