package io.reconverge.bench.peer;

import io.reconverge.bench.load.RawExchange;
import io.reconverge.bench.load.Requests;
import io.reconverge.bench.load.Traffic;
import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rocicorp Zero with custom mutators: its zero-cache, the app's own server that runs the mutations
/// for it, and the clients.
///
/// Its clients speak a protocol of their own over WebSockets, so there is a process that holds real
/// ones, and does with them what plain HTTP requests tell it.
public final class ZeroCache implements Peer {
    private static final String WATCHED = "/watched";

    /// What zero-cache does for a commit grows with the clients that are connected. At 256
    /// connections it took two to three times as much with 4 to 32 clients as with one for each.
    private static final int CLIENTS_MAX = 16;

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final List<String> SCRIPTS = List.of("notes.mjs", "server.mjs", "clients.mjs");

    @Override
    public String name() {
        return "zero";
    }

    @Override
    public String about() {
        return "zero: Rocicorp Zero 1.9.0 with custom mutators, on the same PostgreSQL in a database of its own, zero-cache and the app's server with their defaults, no log-ins. It replicates, so that PostgreSQL runs with wal_level = logical, for Reconverge as well, and reads its log also in Reconverge's turns. The writers are real Zero clients in a Node process, one for each connection up to %d, since zero-cache takes less the more there are, with several writes under way when there are more connections; their time is in “clients µs”, with the load generator's. A write is acknowledged with the mutation's promise “server”, and seen by another client with a live query."
                .formatted(CLIENTS_MAX);
    }

    @Override
    public List<String> packages() {
        return List.of("@rocicorp/zero@1.9.0", "postgres@3.4.7", "node@22.23.3");
    }

    @Override
    public Map<String, String> postgres() {
        return Map.of("wal_level", "logical");
    }

    @Override
    public void prepare(Path home, Database database) {
        try {
            for (String script : SCRIPTS) {
                try (InputStream own =
                        Objects.requireNonNull(
                                getClass().getResourceAsStream("/peers/zero/" + script))) {
                    Files.copy(own, home.resolve(script), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ReplicatedDatabase.on(database).create();
    }

    @Override
    public List<Program> programs(Path home, Path data, Database database) {
        String node = home.resolve("node_modules/node/bin/node").toString();
        String upstream = ReplicatedDatabase.on(database).url();
        int server = Ports.free();
        int cache = Ports.free();
        int clients = Ports.free();
        String serverUrl = "http://127.0.0.1:" + server;
        List<String> cached = new ArrayList<>(List.of("env", "NODE_ENV=production"));
        Map.of(
                        "ZERO_UPSTREAM_DB",
                        upstream,
                        "ZERO_REPLICA_FILE",
                        data.resolve("replica.db").toString(),
                        "ZERO_PORT",
                        Integer.toString(cache),
                        "ZERO_CHANGE_STREAMER_PORT",
                        Integer.toString(Ports.free()),
                        "ZERO_MUTATE_URL",
                        serverUrl + "/mutate",
                        "ZERO_QUERY_URL",
                        serverUrl + "/query",
                        "ZERO_ENABLE_CRUD_MUTATIONS",
                        "false",
                        "ZERO_ADMIN_PASSWORD",
                        database.password(),
                        "ZERO_LOG_LEVEL",
                        "error",
                        "DO_NOT_TRACK",
                        "1")
                .forEach((setting, value) -> cached.add(setting + "=" + value));
        cached.add(node);
        cached.add(home.resolve("node_modules/@rocicorp/zero/out/zero/src/cli.js").toString());
        return List.of(
                Program.server(
                        "zero-mutators",
                        server,
                        List.of(
                                "env",
                                "NODE_ENV=production",
                                node,
                                home.resolve("server.mjs").toString(),
                                Integer.toString(server),
                                upstream)),
                Program.server("zero-cache", cache, cached),
                new Program(
                        "zero-clients",
                        clients,
                        true,
                        List.of(
                                "env",
                                "NODE_ENV=production",
                                node,
                                home.resolve("clients.mjs").toString(),
                                Integer.toString(clients),
                                "http://127.0.0.1:" + cache)));
    }

    /// A client for each connection, up to those that suit it best.
    @Override
    public void expect(URI server, int connections) {
        String clients = "/clients/" + Math.min(connections, CLIENTS_MAX);
        RawExchange connected =
                RawExchange.of(server, Requests.unsigned("PUT", server, clients, 0));
        if (connected.status() != 200) {
            throw new IllegalStateException("Zero's clients do not connect: " + connected);
        }
    }

    @Override
    public Traffic writes(URI server) {
        return new Notes(
                server,
                "POST",
                (lane, number) -> "/clients/%d/notes".formatted(lane % CLIENTS_MAX),
                headers());
    }

    @Override
    public Traffic watchedWrites(URI server) {
        return new Notes(server, "POST", (lane, number) -> WATCHED, headers());
    }

    @Override
    public String pathOf(String written) {
        Matcher id = ID.matcher(written);
        if (!id.find()) {
            throw new IllegalStateException("Zero's client answered " + written);
        }
        return WATCHED + "/" + id.group(1);
    }

    @Override
    public String headers() {
        return "";
    }

    @Override
    public void remove(Database database) {
        ReplicatedDatabase.on(database).drop();
    }
}
