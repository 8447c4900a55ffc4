package io.reconverge.parts;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The one database in a PostgreSQL, and the ordinary role that owns it.
final class OwnedDatabase {
    static final String SUPERUSER = "postgres";

    /// Of the database and of its owner.
    static final String NAME = "reconverge";

    private OwnedDatabase() {}

    /// @param jdbcUrl of the database `postgres`
    /// @param password the superuser's, and the owner's as well: letters, digits and hyphens
    static void createOnce(String jdbcUrl, String password) throws SQLException {
        if (!password.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException(
                    "the database's password has characters other than letters, digits and hyphens");
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl, SUPERUSER, password);
                Statement statement = connection.createStatement()) {
            if (isMissing(statement, "select from pg_roles where rolname = '%s'".formatted(NAME))) {
                statement.execute("create role %s login password '%s'".formatted(NAME, password));
            }
            if (isMissing(
                    statement, "select from pg_database where datname = '%s'".formatted(NAME))) {
                statement.execute("create database %s owner %s".formatted(NAME, NAME));
            }
        }
    }

    private static boolean isMissing(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return !rows.next();
        }
    }
}
