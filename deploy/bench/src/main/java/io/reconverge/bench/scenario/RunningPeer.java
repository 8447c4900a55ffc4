package io.reconverge.bench.scenario;

import io.reconverge.bench.peer.Complaint;
import io.reconverge.bench.peer.Peer;
import io.reconverge.bench.peer.Program;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A peer beside the fleet, from its start to its end.
final class RunningPeer implements AutoCloseable {
    private final Peer peer;
    private final Fleet fleet;
    private final List<Program> programs;
    private final List<Member> members = new ArrayList<>();

    private RunningPeer(Peer peer, Fleet fleet, List<Program> programs) {
        this.peer = peer;
        this.fleet = fleet;
        this.programs = programs;
    }

    /// @param home where its packages are installed
    /// @throws IllegalStateException when one of its programs does not start
    static RunningPeer start(Peer peer, Stage stage, Path home) {
        Fleet fleet = stage.fleet();
        Path data = stage.settings().data().resolve(peer.name()).toAbsolutePath();
        try {
            Files.createDirectories(data);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        peer.prepare(home, fleet.database());
        var running = new RunningPeer(peer, fleet, peer.programs(home, data, fleet.database()));
        try {
            running.programs.forEach(program -> running.start(program, data));
            return running;
        } catch (RuntimeException failure) {
            running.close();
            throw failure;
        }
    }

    /// From within its own folder: they leave logs where they are.
    private void start(Program program, Path data) {
        List<String> command =
                new ArrayList<>(
                        List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", data.toString()));
        command.addAll(program.command());
        try {
            members.add(fleet.startBeside(program.name(), program.port(), command));
        } catch (IllegalStateException failure) {
            throw new IllegalStateException(
                    "%s, where it says “%s”"
                            .formatted(
                                    failure.getMessage(), Complaint.in(fleet.log(program.name()))),
                    failure);
        }
    }

    Peer peer() {
        return peer;
    }

    URI uri() {
        return members.getLast().uri();
    }

    /// Processor time of its servers for each change.
    double serverMicros(Window window) {
        return micros(window, false);
    }

    /// Processor time of its clients for each change.
    double clientMicros(Window window) {
        return micros(window, true);
    }

    private double micros(Window window, boolean ofClients) {
        return programs.stream()
                .filter(program -> program.isClient() == ofClients)
                .mapToDouble(program -> window.cpuMicros(program.name()))
                .sum();
    }

    @Override
    public void close() {
        members.reversed().forEach(fleet::endBeside);
        peer.remove(fleet.database());
    }
}
