package io.reconverge.bench.peer;

import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.Database;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Another server to write an app's notes to.
public interface Peer {
    String name();

    /// What a reader should know of it.
    String about();

    /// Of npm, with their versions.
    List<String> packages();

    /// Settings of PostgreSQL that it cannot do without.
    default Map<String, String> postgres() {
        return Map.of();
    }

    /// Makes what it needs before it starts.
    ///
    /// @param home where its packages are installed
    default void prepare(Path home, Database database) {}

    /// What to start, each once the one before is ready; requests go to the last.
    ///
    /// @param data an empty folder, for what it keeps
    List<Program> programs(Path home, Path data, Database database);

    /// Comes before a load over this many connections.
    default void expect(URI server, int connections) {}

    /// Writes of one note each, of the same data as Reconverge's.
    Traffic writes(URI server);

    /// The same, of notes that a second client will ask for.
    default Traffic watchedWrites(URI server) {
        return writes(server);
    }

    /// The same note again, as a second client asks for it.
    ///
    /// @param written the answer to a write
    String pathOf(String written);

    /// Headers that each request carries, each with its line end.
    String headers();

    /// Takes away what it left outside its folder, once none of its programs runs.
    default void remove(Database database) {}
}
