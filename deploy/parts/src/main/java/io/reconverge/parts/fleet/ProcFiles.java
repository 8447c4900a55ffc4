package io.reconverge.parts.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What Linux tells of a process under `/proc`. A process that is no more has used nothing.
final class ProcFiles {
    /// Of `stat`: the kernel tells times in hundredths of a second, whatever its own clock is.
    private static final long TICK_NANOS = 10_000_000;

    /// Fields of `stat` after the name's closing bracket, from 0.
    private static final int USER_TICKS = 11;

    private static final int ENDED_CHILDREN_SYSTEM_TICKS = 14;

    private ProcFiles() {}

    /// Of this one process, without children.
    static Usage of(long pid) {
        return of(pid, 2);
    }

    /// With the processor time of children that have ended.
    static Usage withEndedChildren(long pid) {
        return of(pid, ENDED_CHILDREN_SYSTEM_TICKS - USER_TICKS + 1);
    }

    private static Usage of(long pid, int timeFields) {
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int field = USER_TICKS; field < USER_TICKS + timeFields; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            List<String> memory = Files.readAllLines(folder.resolve("smaps_rollup"));
            return new Usage(
                    ticks * TICK_NANOS,
                    switches(folder.resolve("task")),
                    kibibytes(memory, "Rss:"),
                    kibibytes(memory, "Pss:"));
        } catch (IOException gone) {
            return Usage.NONE;
        }
    }

    private static long switches(Path tasks) throws IOException {
        long sum = 0;
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                sum += ofThread(thread);
            }
        }
        return sum;
    }

    private static long ofThread(Path thread) {
        try {
            List<String> status = Files.readAllLines(thread.resolve("status"));
            return number(status, "voluntary_ctxt_switches:")
                    + number(status, "nonvoluntary_ctxt_switches:");
        } catch (IOException ended) {
            return 0;
        }
    }

    private static long kibibytes(List<String> lines, String name) {
        return number(lines, name) * 1024;
    }

    private static long number(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
