package io.reconverge.bench.direct;

import io.reconverge.parts.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// Tables of the same shape as Reconverge's, indexes and all, in a schema of their own.
public final class DirectTables {
    public static final String SCHEMA = "direct";

    private DirectTables() {}

    /// @param database in which Reconverge's own tables are
    public static void create(Database database) {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    create schema if not exists direct;
                    create table if not exists direct.space (like public.space including all) with (fillfactor = 70);
                    create table if not exists direct.entity (like public.entity including all);
                    create table if not exists direct.log (like public.log including all);
                    """);
        } catch (SQLException failure) {
            throw new IllegalStateException("the tables cannot be made", failure);
        }
    }
}
