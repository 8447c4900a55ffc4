package io.reconverge.client.replica;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// How far a space has been read.
///
/// @param cursor null for not at all
/// @param version how far the cursor reads
/// @param reading counts the times it was read from its beginning
/// @param resyncing whether the server made us begin anew, and the end was not reached since
/// @param batchMax changes in the next request, null for as many as the settings say
record SpaceRow(
        long id,
        String name,
        @Nullable String cursor,
        long version,
        long reading,
        boolean resyncing,
        @Nullable Long batchMax,
        LastRuns lastRuns) {

    static SpaceRow of(ResultSet row) throws SQLException {
        return new SpaceRow(
                row.getLong("space_id"),
                row.getString("name"),
                row.getString("cursor"),
                row.getLong("version"),
                row.getLong("reading"),
                row.getBoolean("resyncing"),
                Session.nullableLong(row, "batch_max"),
                new LastRuns(
                        Session.nullableLong(row, "synced_at"),
                        row.getString("failure"),
                        Session.nullableLong(row, "failed_at")));
    }
}
