package io.reconverge.bench.scenario;

import io.reconverge.bench.load.Outcome;
import io.reconverge.bench.load.Puts;
import io.reconverge.bench.report.Findings;
import io.reconverge.bench.report.Row;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Member;
import io.reconverge.parts.fleet.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// What a change's processor time is spent on: each JVM is recorded by Flight Recorder under a load
/// of single changes, and its samples are told apart by whose code they are in.
public final class Profile implements Scenario {
    private static final List<Integer> CONNECTIONS = List.of(1, 64, 1_000);
    private static final int WARM_UP_CONNECTIONS = 256;
    private static final List<Role> RECORDED = List.of(Role.GATEWAY, Role.WORKER, Role.BROKER);

    /// Whose code a sample is in: that of the innermost frame which is not the JDK's.
    private enum Area {
        RECONVERGE("Reconverge", "io.reconverge."),
        SECURITY("security", "org.springframework.security.", "com.nimbusds."),
        SPRING("Spring", "org.springframework."),
        OBSERVATION("observation", "io.micrometer.", "io.opentelemetry."),
        REACTOR("Reactor", "reactor.core.", "reactor.util."),
        NETTY("Netty", "reactor.netty.", "io.netty."),
        JSON("JSON", "tools.jackson.", "com.fasterxml.", "com.networknt."),
        KAFKA("Kafka", "org.apache.kafka.", "kafka.", "net.jpountz."),
        DRIVER("R2DBC", "io.r2dbc."),
        REST("rest", "");

        private final String title;
        private final List<String> prefixes;

        Area(String title, String... prefixes) {
            this.title = title;
            this.prefixes = List.of(prefixes);
        }

        private static Area of(RecordedStackTrace stack) {
            return stack.getFrames().stream()
                    .filter(RecordedFrame::isJavaFrame)
                    .map(frame -> of(frame.getMethod().getType().getName()))
                    .filter(area -> area != REST)
                    .findFirst()
                    .orElse(REST);
        }

        private static Area of(String type) {
            for (Area area : values()) {
                if (area.prefixes.stream().anyMatch(type::startsWith)) {
                    return area;
                }
            }
            return REST;
        }
    }

    @Override
    public String name() {
        return "profile";
    }

    @Override
    public Findings run(Stage stage) {
        Findings found =
                Findings.of(
                        name(),
                        "Single changes as fast as they can: what does each process spend on one, and on what?");
        URI gateway = stage.fleet().gateway();
        Puts puts = new Puts(gateway, stage.tokens(), 1);
        stage.warmUp(gateway, puts, WARM_UP_CONNECTIONS);
        Duration time = stage.settings().window();
        for (int connections : CONNECTIONS) {
            Map<Role, Path> recordings = new LinkedHashMap<>();
            RECORDED.forEach(role -> recordings.put(role, start(stage.fleet(), role, connections)));
            Meter meter = Meter.start(stage.fleet());
            Outcome outcome = stage.load().saturate(gateway, puts, connections, time);
            Map<String, Double> switches = meter.switches();
            Window window = new Window(outcome, meter.seconds());
            RECORDED.forEach(role -> stop(stage.fleet(), role));
            String condition =
                    "%,d connections, %,.0f/s".formatted(connections, outcome.perSecond());
            recordings.forEach((role, recording) ->
                    found.rows()
                            .add(
                                    costs(role.title(), condition, window, switches)
                                            .with(shares(recording))
                                            .row()));
            found.rows().add(costs("postgres", condition, window, switches).row());
        }
        found.notes()
                .add(
                        "Shares are of samples in Java code, by the innermost frame that is not the JDK's; what compilers and kernel take is in the microseconds alone. A switch is one thread's giving up a processor.");
        return found;
    }

    private static Row.Builder costs(
            String kind, String condition, Window window, Map<String, Double> switches) {
        return Row.of(kind, condition)
                .with("µs a change", window.cpuMicros(kind))
                .with(
                        "switches a change",
                        switches.getOrDefault(kind, 0.0) / Math.max(1, window.outcome().done()));
    }

    private static Map<String, Double> shares(Path recording) {
        Map<Area, Integer> samples = new EnumMap<>(Area.class);
        int all = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                RecordedStackTrace stack = event.getStackTrace();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && stack != null) {
                    samples.merge(Area.of(stack), 1, Integer::sum);
                    all++;
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Area area : Area.values()) {
            shares.put(area.title + " %", 100.0 * samples.getOrDefault(area, 0) / Math.max(1, all));
        }
        return shares;
    }

    private static Path start(Fleet fleet, Role role, int connections) {
        Path recording =
                fleet.folder()
                        .toAbsolutePath()
                        .resolve("%s-%d.jfr".formatted(role.title(), connections));
        command(
                fleet,
                role,
                "JFR.start",
                "name=bench",
                "settings=profile",
                "filename=" + recording);
        return recording;
    }

    private static void stop(Fleet fleet, Role role) {
        command(fleet, role, "JFR.stop", "name=bench");
    }

    private static void command(Fleet fleet, Role role, String... words) {
        Member first = fleet.all(role).getFirst();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(first.pids().getFirst())));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("failed: " + String.join(" ", command));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}
