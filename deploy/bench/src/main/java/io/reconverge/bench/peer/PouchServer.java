package io.reconverge.bench.peer;

import io.reconverge.bench.load.RawExchange;
import io.reconverge.bench.load.Requests;
import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// PouchDB Server on its LevelDB.
public final class PouchServer implements Peer {
    private static final String PATH = "/notes";
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    @Override
    public String name() {
        return "pouchdb-server";
    }

    @Override
    public String about() {
        return "pouchdb-server 4.2.0 on LevelDB, in one process; it speaks CouchDB's protocol and is not CouchDB. LevelDB does not wait for the disk.";
    }

    @Override
    public List<String> packages() {
        return List.of("pouchdb-server@4.2.0", "node@22.23.3");
    }

    @Override
    public List<Program> programs(Path home, Path data, Database database) {
        int port = Ports.free();
        Path modules = home.resolve("node_modules");
        return List.of(
                Program.server(
                        name(),
                        port,
                        List.of(
                                modules.resolve("node/bin/node").toString(),
                                modules.resolve("pouchdb-server/bin/pouchdb-server").toString(),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--dir",
                                data.toString(),
                                "--config",
                                data.resolve("config.json").toString(),
                                "--no-stdout-logs")));
    }

    /// Its database is made before it is written to; a second time it refuses.
    @Override
    public void expect(URI server, int connections) {
        RawExchange.of(server, Requests.unsigned("PUT", server, PATH, 0));
    }

    @Override
    public Traffic writes(URI server) {
        return new Notes(server, "PUT", (lane, number) -> PATH + "/note-" + number, headers());
    }

    @Override
    public String pathOf(String written) {
        Matcher id = ID.matcher(written);
        if (!id.find()) {
            throw new IllegalStateException("pouchdb-server answered " + written);
        }
        return PATH + "/" + id.group(1);
    }

    @Override
    public String headers() {
        return "";
    }
}
