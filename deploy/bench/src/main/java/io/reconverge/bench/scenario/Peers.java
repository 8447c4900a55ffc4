package io.reconverge.bench.scenario;

import io.netty.buffer.ByteBuf;
import io.reconverge.bench.load.Load;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.load.RawExchange;
import io.reconverge.bench.load.Requests;
import io.reconverge.bench.load.Traffic;
import io.reconverge.bench.peer.Npm;
import io.reconverge.bench.peer.ParseServer;
import io.reconverge.bench.peer.Peer;
import io.reconverge.bench.peer.PouchServer;
import io.reconverge.bench.peer.ZeroCache;
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.fleet.FleetPlan;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/// Notes written one by one to Reconverge and to other servers, in turns, until they are
/// acknowledged, and until a second client sees them.
public final class Peers implements Scenario {
    private static final List<Peer> ALL =
            List.of(new ParseServer(), new PouchServer(), new ZeroCache());
    private static final List<String> OURS = List.of("gateway", "worker", "broker", "feed");
    private static final int WARM_UP_CONNECTIONS = 64;
    private static final List<Integer> CONNECTIONS = List.of(1, 64, 256);
    private static final int WANTED = 5;

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public FleetPlan plan(FleetPlan others) {
        FleetPlan plan = others;
        for (Peer peer : ALL) {
            for (Map.Entry<String, String> setting : peer.postgres().entrySet()) {
                plan = plan.withPostgres(setting.getKey(), setting.getValue());
            }
        }
        return plan;
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "Single notes, acknowledged and seen by a second client: how does Reconverge compare with other servers of this kind?");
        for (Peer peer : ALL) {
            Path home = stage.settings().peers().resolve(peer.name());
            stage.say("installing %s", peer.name());
            Optional<String> failure =
                    Npm.install(home, peer.packages()).or(() -> compare(stage, found, peer, home));
            found.notes()
                    .add(
                            failure.map(why -> "%s was left out: %s.".formatted(peer.name(), why))
                                    .orElseGet(peer::about));
        }
        found.notes()
                .add(
                        "Seen: a write, and then the same note as another connection gets it; from Reconverge as a page of changes.");
        return found;
    }

    /// @return why it could not be started; empty when it was
    private static Optional<String> compare(Stage stage, Findings found, Peer peer, Path home) {
        RunningPeer started;
        try {
            started = RunningPeer.start(peer, stage, home);
        } catch (IllegalStateException failure) {
            return Optional.of(String.valueOf(failure.getMessage()));
        }
        try (RunningPeer theirs = started) {
            URI ours = stage.fleet().gateway();
            Load load = stage.load();
            Duration time = stage.settings().window();
            Traffic writes = peer.writes(theirs.uri());
            Puts puts = new Puts(ours, stage.tokens(), 1);
            stage.warmUp(ours, puts, WARM_UP_CONNECTIONS);
            peer.expect(theirs.uri(), WARM_UP_CONNECTIONS);
            stage.warmUp(theirs.uri(), writes, WARM_UP_CONNECTIONS);
            for (int connections : CONNECTIONS) {
                peer.expect(theirs.uri(), connections);
                Duel duel =
                        Duel.of(
                                stage,
                                () -> load.saturate(ours, puts, connections, time),
                                () -> load.saturate(theirs.uri(), writes, connections, time));
                rows(found, theirs, connections, duel);
            }
            peer.expect(theirs.uri(), 1);
            seen(stage, found, peer, theirs.uri());
        }
        return Optional.empty();
    }

    private static void rows(Findings found, RunningPeer theirs, int connections, Duel duel) {
        String name = theirs.peer().name();
        String condition = "%,d connections, beside %s".formatted(connections, name);
        double our = OURS.stream().mapToDouble(kind -> duel.ours().cpuMicros(kind)).sum();
        found.rows().add(row("reconverge", condition, duel.ours(), our, 0));
        found.rows()
                .add(
                        row(
                                name,
                                condition,
                                duel.theirs(),
                                theirs.serverMicros(duel.theirs()),
                                theirs.clientMicros(duel.theirs())));
        if (connections == CONNECTIONS.getLast()) {
            found.checks()
                    .add(
                            Check.atLeast(
                                    "%s beaten at least %d times over in acknowledged writes at %,d connections"
                                            .formatted(name, WANTED, connections),
                                    duel.ratio(),
                                    WANTED,
                                    "×"));
        }
    }

    /// @param clients processor time of those that are not in this process
    private static Row row(
            String subject, String condition, Window window, double own, double clients) {
        return Row.of(subject, condition)
                .with("writes/s", window.outcome().perSecond())
                .with("p50 ms", window.outcome().millis(50))
                .with("p99 ms", window.outcome().millis(99))
                .with("failed", window.outcome().failed())
                .with("its µs", own)
                .with("postgres µs", window.cpuMicros("postgres"))
                .with("clients µs", window.cpuMicros("load") + clients)
                .row();
    }

    private static void seen(Stage stage, Findings found, Peer peer, URI theirs) {
        URI ours = stage.fleet().gateway();
        String token = stage.token("seen-beside-" + peer.name());
        Histogram our =
                times(
                        stage,
                        ours,
                        new Puts(ours, List.of(token), 1, 10),
                        written -> Requests.get(ours, "/v1/spaces/me/changes", token));
        Histogram their =
                times(
                        stage,
                        theirs,
                        peer.watchedWrites(theirs),
                        written ->
                                "GET %s HTTP/1.1\r\nHost: %s:%d\r\n%s\r\n"
                                        .formatted(
                                                peer.pathOf(written),
                                                theirs.getHost(),
                                                theirs.getPort(),
                                                peer.headers())
                                        .getBytes(StandardCharsets.US_ASCII));
        seenRow(found, "reconverge", peer, our);
        seenRow(found, peer.name(), peer, their);
    }

    private static Histogram times(
            Stage stage, URI server, Traffic writes, Function<String, byte[]> read) {
        var micros = new Histogram(1, 60_000_000, 3);
        for (int i = 0; i < stage.settings().either(500, 20); i++) {
            ByteBuf request = writes.next(0, System.nanoTime());
            byte[] bytes = new byte[request.readableBytes()];
            request.readBytes(bytes);
            long begin = System.nanoTime();
            RawExchange written = RawExchange.of(server, bytes);
            RawExchange seen = RawExchange.of(server, read.apply(written.body()));
            micros.recordValue(Math.max(1, (System.nanoTime() - begin) / 1_000));
            if (written.status() / 100 != 2 || seen.status() != 200) {
                throw new IllegalStateException("%s and %s".formatted(written, seen));
            }
        }
        return micros;
    }

    private static void seenRow(Findings found, String subject, Peer peer, Histogram micros) {
        found.rows()
                .add(
                        Row.of(subject, "seen, beside " + peer.name())
                                .with("p50 ms", micros.getValueAtPercentile(50) / 1e3)
                                .with("p99 ms", micros.getValueAtPercentile(99) / 1e3)
                                .row());
    }
}
