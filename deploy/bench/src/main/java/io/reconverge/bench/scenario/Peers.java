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
import io.reconverge.bench.report.Check;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.Ports;
import io.reconverge.parts.fleet.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/// Notes written one by one to Reconverge and to other servers, in turns, until they are
/// acknowledged, and until a second client sees them.
public final class Peers implements Scenario {
    private static final List<Peer> ALL = List.of(new ParseServer(), new PouchServer());
    private static final int WARM_UP_CONNECTIONS = 64;
    private static final List<Integer> CONNECTIONS = List.of(1, 64, 256);
    private static final int WANTED = 5;

    @Override
    public String name() {
        return "peers";
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
            Optional<String> failure = Npm.install(home, peer.packages());
            if (failure.isPresent()) {
                found.notes().add("%s was left out: %s.".formatted(peer.name(), failure.get()));
                continue;
            }
            compare(stage, found, peer, home);
            found.notes().add(peer.about());
        }
        found.notes().add("Rocicorp Zero is not among them.");
        found.notes()
                .add(
                        "Seen: a write, and then the same note as another connection gets it; from Reconverge as a page of changes.");
        return found;
    }

    private static void compare(Stage stage, Findings found, Peer peer, Path home) {
        int port = Ports.free();
        Path data = stage.settings().data().resolve(peer.name()).toAbsolutePath();
        try {
            Files.createDirectories(data);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        // from within its own folder: they leave logs where they are
        List<String> command =
                new ArrayList<>(
                        List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", data.toString()));
        command.addAll(peer.command(home, data, port, stage.fleet().database()));
        Member running = stage.fleet().startBeside(peer.name(), port, command);
        URI theirs = running.uri();
        URI ours = stage.fleet().gateway();
        prepare(theirs, peer);
        Load load = stage.load();
        Duration time = stage.settings().window();
        Traffic writes = peer.writes(theirs);
        Puts puts = new Puts(ours, stage.tokens(), 1);
        stage.warmUp(ours, puts, WARM_UP_CONNECTIONS);
        stage.warmUp(theirs, writes, WARM_UP_CONNECTIONS);
        for (int connections : CONNECTIONS) {
            Duel duel =
                    Duel.of(
                            stage,
                            () -> load.saturate(ours, puts, connections, time),
                            () -> load.saturate(theirs, writes, connections, time));
            String condition = "%,d connections".formatted(connections);
            row(found, "reconverge", condition, duel.ours(), peer);
            row(found, peer.name(), condition, duel.theirs(), peer);
            if (connections == CONNECTIONS.getLast()) {
                found.checks()
                        .add(
                                Check.atLeast(
                                        "%s beaten at least %d times over in acknowledged writes at %,d connections"
                                                .formatted(peer.name(), WANTED, connections),
                                        duel.ratio(),
                                        WANTED,
                                        "×"));
            }
        }
        seen(stage, found, peer, theirs);
        stage.fleet().endBeside(running);
    }

    /// PouchDB's database is made before it is written to; others refuse, and need not.
    private static void prepare(URI theirs, Peer peer) {
        if (peer instanceof PouchServer) {
            RawExchange.of(theirs, Requests.unsigned("PUT", theirs, "/notes", 0));
        }
    }

    private static void row(
            Findings found, String subject, String condition, Window window, Peer peer) {
        found.rows()
                .add(
                        Row.of(subject, condition + ", beside " + peer.name())
                                .with("writes/s", window.outcome().perSecond())
                                .with("p50 ms", window.outcome().millis(50))
                                .with("p99 ms", window.outcome().millis(99))
                                .with("failed", window.outcome().failed())
                                .with("its µs", own(subject, window))
                                .with("postgres µs", window.cpuMicros("postgres"))
                                .row());
    }

    private static double own(String subject, Window window) {
        return subject.equals("reconverge")
                ? List.of("gateway", "worker", "broker", "feed").stream()
                        .mapToDouble(window::cpuMicros)
                        .sum()
                : window.cpuMicros(subject);
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
                        peer.writes(theirs),
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
