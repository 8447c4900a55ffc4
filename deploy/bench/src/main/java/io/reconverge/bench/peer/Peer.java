package io.reconverge.bench.peer;

import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.Database;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// Another server to write an app's notes to.
public interface Peer {
    String name();

    /// What a reader should know of it.
    String about();

    /// Of npm, with their versions; the first brings the program.
    List<String> packages();

    /// How to start it.
    ///
    /// @param home where its packages are installed
    /// @param data an empty folder, for what it keeps
    List<String> command(Path home, Path data, int port, Database database);

    /// Writes of one note each, of the same data as Reconverge's.
    Traffic writes(URI server);

    /// The same note again, as a second client asks for it.
    ///
    /// @param written the answer to a write
    String pathOf(String written);

    /// Headers that each request carries, each with its line end.
    String headers();
}
