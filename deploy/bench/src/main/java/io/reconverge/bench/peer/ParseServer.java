package io.reconverge.bench.peer;

import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parse Server on the same PostgreSQL.
public final class ParseServer implements Peer {
    private static final String PATH = "/parse/classes/Note";
    private static final Pattern ID = Pattern.compile("\"objectId\":\"([^\"]+)\"");

    @Override
    public String name() {
        return "parse-server";
    }

    @Override
    public String about() {
        return "parse-server 9.9.0 on the same PostgreSQL, one process, as its command line starts it; its writes have no idempotency and no history.";
    }

    @Override
    public List<String> packages() {
        return List.of("parse-server@9.9.0", "node@22.23.3");
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
                                modules.resolve("parse-server/bin/parse-server").toString(),
                                "--appId",
                                "bench",
                                "--masterKey",
                                "bench-master",
                                "--databaseURI",
                                "postgres://%s:%s@%s:%d/%s"
                                        .formatted(
                                                database.user(),
                                                database.password(),
                                                database.host(),
                                                database.port(),
                                                database.name()),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--serverURL",
                                "http://127.0.0.1:%d/parse".formatted(port),
                                "--allowClientClassCreation",
                                "true",
                                "--logsFolder",
                                data.toString(),
                                "--silent")));
    }

    @Override
    public Traffic writes(URI server) {
        return new Notes(server, "POST", (lane, number) -> PATH, headers());
    }

    @Override
    public String pathOf(String written) {
        Matcher id = ID.matcher(written);
        if (!id.find()) {
            throw new IllegalStateException("parse-server answered " + written);
        }
        return PATH + "/" + id.group(1);
    }

    @Override
    public String headers() {
        return "X-Parse-Application-Id: bench\r\n";
    }
}
