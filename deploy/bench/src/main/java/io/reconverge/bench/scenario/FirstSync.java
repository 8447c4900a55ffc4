package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.Reader;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Plot;
import io.reconverge.bench.report.Plot.Kind;
import io.reconverge.bench.report.Plot.Series;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.Database;
import io.reconverge.parts.fleet.Role;
import io.reconverge.wire.SpaceId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/// A new device takes in all of a large space, against PostgreSQL's own way to copy the same rows.
public final class FirstSync implements Scenario {
    private static final String USER = "first-sync";
    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");
    private static final int PAGE = 5_000;
    private static final int PUSH = 2_500;
    private static final int ROUNDS = 5;

    @Override
    public String name() {
        return "first-sync";
    }

    @Override
    public Findings run(Stage stage) {
        int entities = stage.settings().either(Puts.ENTITIES_MAX, 10_000);
        Findings found =
                Findings.of(
                        name(),
                        "A new device takes in %,d entities: how many a second, against COPY … TO STDOUT of the same rows?"
                                .formatted(entities));
        String token = stage.token(USER);
        URI gateway = stage.fleet().gateway();
        Outcome pushed =
                stage.load()
                        .send(
                                gateway,
                                new Puts(gateway, List.of(token), PUSH, entities),
                                1,
                                entities / PUSH);
        if (pushed.failed() > 0) {
            throw new IllegalStateException("%d pushes failed".formatted(pushed.failed()));
        }
        stage.say("%,d entities are there", entities);
        URI feed = stage.fleet().all(Role.FEED).getFirst().uri();
        Map<String, List<Take>> takes = new LinkedHashMap<>();
        try (Reader reader = new Reader()) {
            Map<String, LongSupplier> ways = new LinkedHashMap<>();
            ways.put("COPY", () -> copy(stage.fleet().database()));
            ways.put("pages of the feed", () -> pages(reader, feed, token));
            ways.put("NDJSON of the feed", () -> lines(reader, feed, token));
            ways.put("pages by the gateway", () -> pages(reader, gateway, token));
            ways.put("NDJSON by the gateway", () -> lines(reader, gateway, token));
            // the first round is for warming up
            for (int round = 0; round <= stage.settings().either(ROUNDS, 1); round++) {
                for (Map.Entry<String, LongSupplier> way : ways.entrySet()) {
                    Take take = Take.of(stage, way.getValue());
                    if (round > 0) {
                        takes.computeIfAbsent(way.getKey(), none -> new ArrayList<>()).add(take);
                    }
                }
            }
        }
        fill(found, takes, entities);
        return found;
    }

    /// One time through.
    private record Take(double seconds, long bytes, Map<String, Double> cpuSeconds) {

        static Take of(Stage stage, LongSupplier way) {
            Meter meter = Meter.start(stage.fleet());
            long begin = System.nanoTime();
            long bytes = way.getAsLong();
            return new Take((System.nanoTime() - begin) / 1e9, bytes, meter.seconds());
        }

        double cpuMicros(String kind, int entities) {
            return cpuSeconds.getOrDefault(kind, 0.0) * 1e6 / entities;
        }
    }

    private static void fill(Findings found, Map<String, List<Take>> takes, int entities) {
        Series rates = Series.bars("entities a second");
        Map<String, Double> perSecond = new LinkedHashMap<>();
        takes.forEach((way, all) -> {
            List<Take> sorted = new ArrayList<>(all);
            sorted.sort(Comparator.comparingDouble(Take::seconds));
            Take median = sorted.get(sorted.size() / 2);
            double rate = entities / median.seconds();
            perSecond.put(way, rate);
            rates.add(way, rate);
            found.rows()
                    .add(
                            Row.of(way, "%,d entities".formatted(entities))
                                    .with("entities/s", rate)
                                    .with("seconds", median.seconds())
                                    .with("MB", median.bytes() / 1e6)
                                    .with("postgres µs", median.cpuMicros("postgres", entities))
                                    .with("feed µs", median.cpuMicros("feed", entities))
                                    .with("gateway µs", median.cpuMicros("gateway", entities))
                                    .with("load µs", median.cpuMicros("load", entities))
                                    .row());
        });
        found.plots()
                .add(
                        new Plot(
                                "First sync",
                                Kind.BARS,
                                "",
                                "entities a second",
                                false,
                                List.of(rates)));
        double bound = Math.min(100_000, perSecond.getOrDefault("COPY", 0.0) / 2);
        for (String way : List.of("pages of the feed", "NDJSON of the feed")) {
            found.checks()
                    .add(
                            Check.atLeast(
                                    "%s: at least 100,000 entities a second or half of COPY, whichever is less (%,.0f)"
                                            .formatted(way, bound),
                                    perSecond.getOrDefault(way, 0.0),
                                    bound,
                                    "a second"));
        }
        found.notes()
                .add(
                        "Medians of %d."
                                .formatted(
                                        Collections.max(
                                                takes.values().stream().map(List::size).toList())));
    }

    private static long lines(Reader reader, URI server, String token) {
        return reader.lines(server.resolve("/v1/spaces/me/changes"), token, "application/x-ndjson")
                .bytes();
    }

    private static long pages(Reader reader, URI server, String token) {
        String path = "/v1/spaces/me/changes?limit=" + PAGE;
        long bytes = 0;
        String cursor = "";
        boolean more = true;
        while (more) {
            String page = reader.text(server.resolve(path + cursor), token);
            bytes += page.length();
            // at the end of a page, after all its entities
            String end = page.substring(Math.max(0, page.length() - 300));
            Matcher found = CURSOR.matcher(end);
            if (!found.find()) {
                throw new IllegalStateException("a page without a cursor: " + end);
            }
            cursor = "&cursor=" + found.group(1);
            more = end.contains("\"hasMore\":true");
        }
        return bytes;
    }

    private static long copy(Database database) {
        String sql =
                "copy (select type, id, version, data, created_at, modified_at, updated_by, device_id from entity where space_id = '%s' order by version) to stdout"
                        .formatted(SpaceId.personal(USER));
        var counting = new Counting();
        try (Connection connection =
                DriverManager.getConnection(
                        database.jdbcUrl(), database.user(), database.password())) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, counting);
            return counting.bytes;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class Counting extends OutputStream {
        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int length) {
            bytes += length;
        }
    }
}
