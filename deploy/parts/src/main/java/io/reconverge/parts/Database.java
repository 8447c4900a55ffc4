package io.reconverge.parts;

import java.nio.file.Path;
import java.util.Map;

/// A PostgreSQL 18 that keeps what it committed, over [#stop] and [#start], and over a kill of the
/// process.
public sealed interface Database extends AutoCloseable permits EmbeddedDatabase, ContainerDatabase {

    /// Starts a PostgreSQL as a child of this process, and returns once it answers. Only 127.0.0.1
    /// reaches it, with the password. A server that a killed process left behind on this folder is
    /// stopped first.
    ///
    /// @param directory where its data, password and programs are, or will be; made when absent
    /// @param port on 127.0.0.1; 0 takes a free one, kept from then on
    static Database start(Path directory, int port) {
        return start(directory, port, Map.of());
    }

    /// The same, for those who need more of PostgreSQL than Reconverge does.
    ///
    /// @param settings over its own, such as `wal_level` and `logical`
    static Database start(Path directory, int port, Map<String, String> settings) {
        return EmbeddedDatabase.start(directory, directory.resolve("programs"), port, settings);
    }

    String host();

    int port();

    /// The database's name.
    String name();

    /// The owner of the database: an ordinary role, no superuser.
    String user();

    /// The owner's, and the superuser's as well.
    String password();

    /// Who may do anything to the server, such as to make another database.
    default String superuser() {
        return OwnedDatabase.SUPERUSER;
    }

    default String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), name());
    }

    default String r2dbcUrl() {
        return "r2dbc:postgresql://%s:%d/%s".formatted(host(), port(), name());
    }

    /// Starts a stopped database again, on the same port and data; does nothing when it runs.
    void start();

    /// Ends all connections and stops it in order; does nothing when it is stopped.
    void stop();

    /// SIGKILL to all of its processes, as the kernel ends them when memory runs out; does nothing
    /// when it is stopped. [#start] brings it back on what it committed.
    void kill();

    @Override
    void close();
}
