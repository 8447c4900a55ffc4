package io.reconverge.bench.scenario;

import io.reconverge.bench.load.RawExchange;
import io.reconverge.bench.load.Requests;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.Database;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a change of one field and a poll with nothing new cost on the wire.
public final class OnTheWire implements Scenario {
    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");
    private static final String SPACE = "/v1/spaces/me";
    private static final int POLLS = 200;

    /// Backends tell of their reads when they have been idle for so long.
    private static final Duration STATISTICS = Duration.ofSeconds(12);

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "What do a change of one field and a poll with nothing new cost on the wire, heads included?");
        URI server = stage.fleet().gateway();
        String token = stage.token("bytes");
        push(
                server,
                token,
                "put",
                "{\"title\":\"Tide\",\"body\":\"%s\"}".formatted("x".repeat(400)));
        RawExchange sync = push(server, token, "patch", "{\"title\":\"High tide\"}");
        row(found, "a field by sync", token, sync);
        byte[] patch = "{\"title\":\"Low tide\"}".getBytes(StandardCharsets.UTF_8);
        row(
                found,
                "a field by PATCH",
                token,
                exchange(
                        server,
                        Requests.head(
                                "PATCH",
                                server,
                                SPACE + "/entities/note/n-1",
                                token,
                                "Content-Type: application/merge-patch+json\r\n",
                                patch.length),
                        patch));
        String cursor = cursor(exchange(server, get(server, SPACE + "/changes", token)).body());
        byte[] poll = get(server, SPACE + "/changes?cursor=" + cursor, token);
        RawExchange empty = exchange(server, poll);
        row(found, "an empty poll", token, empty);
        found.checks()
                .add(
                        Check.atMost(
                                "an empty poll under 400 bytes there, the token aside",
                                empty.sent() - token.length(),
                                400,
                                "bytes"));
        found.checks()
                .add(
                        Check.atMost(
                                "an empty poll under 400 bytes back",
                                empty.received(),
                                400,
                                "bytes"));
        double reads = readsOfPolls(stage, server, poll);
        found.checks()
                .add(
                        Check.atMost(
                                "an empty poll reads at most one primary key", reads, 1, "scans"));
        found.notes()
                .add(
                        "The token is %,d bytes; an RS256 signature alone is 342 of them. Scans are those of all tables over %d polls, less those in as long a time without."
                                .formatted(token.length(), POLLS));
        return found;
    }

    private static RawExchange push(URI server, String token, String op, String data) {
        byte[] body =
                "{\"deviceId\":\"d\",\"changes\":[{\"changeId\":\"%s\",\"type\":\"note\",\"id\":\"n-1\",\"op\":\"%s\",\"data\":%s}]}"
                        .formatted(UUID.randomUUID(), op, data)
                        .getBytes(StandardCharsets.UTF_8);
        return exchange(
                server,
                Requests.head(
                        "POST",
                        server,
                        SPACE + "/sync",
                        token,
                        "Content-Type: application/json\r\n",
                        body.length),
                body);
    }

    /// With no header that a client could leave out.
    private static byte[] get(URI server, String path, String token) {
        return Requests.head("GET", server, path, token, "", -1);
    }

    private static RawExchange exchange(URI server, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] whole = Arrays.copyOf(parts[0], length);
        int at = parts[0].length;
        for (int i = 1; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, whole, at, parts[i].length);
            at += parts[i].length;
        }
        RawExchange exchange = RawExchange.of(server, whole);
        if (exchange.status() != 200) {
            throw new IllegalStateException(exchange.toString());
        }
        return exchange;
    }

    private static String cursor(String page) {
        Matcher found = CURSOR.matcher(page);
        if (!found.find()) {
            throw new IllegalStateException("a page without a cursor: " + page);
        }
        return found.group(1);
    }

    private static void row(Findings found, String what, String token, RawExchange exchange) {
        found.rows()
                .add(
                        Row.of("reconverge", what)
                                .with("bytes there", exchange.sent())
                                .with("without the token", exchange.sent() - token.length())
                                .with("bytes back", exchange.received())
                                .with("of them body", exchange.body().length())
                                .row());
    }

    private static double readsOfPolls(Stage stage, URI server, byte[] poll) {
        Stage.pause(STATISTICS);
        long begin = System.nanoTime();
        long before = scans(stage.fleet().database());
        for (int i = 0; i < POLLS; i++) {
            RawExchange.of(server, poll);
        }
        Stage.pause(STATISTICS);
        long between = scans(stage.fleet().database());
        // what the services read by themselves, in the same time
        Stage.pause(Duration.ofNanos(System.nanoTime() - begin));
        long after = scans(stage.fleet().database());
        return (between - before - (after - between)) / (double) POLLS;
    }

    /// Of all tables, by index or whole.
    private static long scans(Database database) {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) from pg_stat_user_tables
                                 where schemaname = 'public' and relname in ('space', 'entity', 'log', 'receipt')
                                """)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
