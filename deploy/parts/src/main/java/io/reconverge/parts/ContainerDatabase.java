package io.reconverge.parts;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// PostgreSQL's official image.
final class ContainerDatabase implements Database {
    private static final String IMAGE = "postgres:18";
    private static final int PORT_INSIDE = 5432;

    private final PostgreSQLContainer container;
    private final ContainerPart part;

    private ContainerDatabase(PostgreSQLContainer container, ContainerPart part) {
        this.container = container;
        this.part = part;
    }

    static ContainerDatabase run() {
        var container =
                new PostgreSQLContainer(IMAGE)
                        .withUsername(OwnedDatabase.SUPERUSER)
                        .withDatabaseName("postgres")
                        .withPassword("for-tests-only");
        container.withEnv(
                "POSTGRES_INITDB_ARGS",
                "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C");
        // the container's own default switches fsync off
        container.withCommand("postgres", "-c", "max_connections=200", "-c", "jit=off");
        var part = ContainerPart.start(container, PORT_INSIDE, () -> answer(container));
        try {
            OwnedDatabase.createOnce(container.getJdbcUrl(), container.getPassword());
        } catch (SQLException e) {
            part.close();
            throw new IllegalStateException("PostgreSQL runs but does not serve", e);
        }
        return new ContainerDatabase(container, part);
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(PORT_INSIDE);
    }

    @Override
    public String name() {
        return OwnedDatabase.NAME;
    }

    @Override
    public String user() {
        return OwnedDatabase.NAME;
    }

    @Override
    public String password() {
        return container.getPassword();
    }

    @Override
    public void start() {
        part.start();
    }

    @Override
    public void stop() {
        part.stop();
    }

    @Override
    public void kill() {
        part.kill();
    }

    @Override
    public void close() {
        part.close();
    }

    private static Object answer(PostgreSQLContainer container) throws SQLException {
        try (var connection =
                DriverManager.getConnection(
                        container.getJdbcUrl(), container.getUsername(), container.getPassword())) {
            return connection.isValid(2);
        }
    }
}
