package io.reconverge.parts.fleet;

/// What a part has taken of the machine.
///
/// @param cpuNanos processor time since its start, in user and kernel, of all its processes
/// @param switches how often threads that it has now gave up a processor or were made to
/// @param residentBytes memory that its processes have mapped and resident; what they share counts
///   for each
/// @param proportionalBytes the same, but that what several processes share counts once in all
public record Usage(long cpuNanos, long switches, long residentBytes, long proportionalBytes) {

    public static final Usage NONE = new Usage(0, 0, 0, 0);

    /// Of one process alone, by its number; nothing when it is no more.
    public static Usage ofProcess(long pid) {
        return ProcFiles.of(pid);
    }

    public Usage plus(Usage other) {
        return new Usage(
                cpuNanos + other.cpuNanos,
                switches + other.switches,
                residentBytes + other.residentBytes,
                proportionalBytes + other.proportionalBytes);
    }
}
