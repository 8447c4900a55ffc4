package io.reconverge.parts.fleet;

import io.reconverge.parts.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// PostgreSQL: a server, and a process for each connection.
public final class DatabasePart implements FleetPart {
    private final Database database;
    private final Path processFile;

    DatabasePart(Database database, Path directory) {
        this.database = database;
        this.processFile = directory.resolve("data").resolve("postmaster.pid");
    }

    public Database database() {
        return database;
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public void start() {
        database.start();
    }

    @Override
    public void terminate() {
        database.stop();
    }

    @Override
    public void kill() {
        database.kill();
    }

    @Override
    public void pause() {
        Signals.send("STOP", pids());
    }

    @Override
    public void resume() {
        Signals.send("CONT", pids());
    }

    @Override
    public boolean isAlive() {
        return !pids().isEmpty();
    }

    @Override
    public List<Long> pids() {
        return server().flatMap(server ->
                        Stream.concat(
                                Stream.of(server.pid()),
                                server.descendants().map(ProcessHandle::pid)))
                .toList();
    }

    /// Connections that have ended since count as well: their server has their time.
    @Override
    public Usage usage() {
        return server().flatMap(server ->
                        Stream.concat(
                                Stream.of(ProcFiles.withEndedChildren(server.pid())),
                                server.descendants().map(child -> ProcFiles.of(child.pid()))))
                .reduce(Usage.NONE, Usage::plus);
    }

    private Stream<ProcessHandle> server() {
        try {
            return Files.readAllLines(processFile).stream()
                    .limit(1)
                    .map(String::strip)
                    .map(Long::valueOf)
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .filter(ProcessHandle::isAlive);
        } catch (IOException stopped) {
            return Stream.empty();
        }
    }
}
