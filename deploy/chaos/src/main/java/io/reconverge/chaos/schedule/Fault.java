package io.reconverge.chaos.schedule;

/// One thing that goes wrong.
///
/// @param number from 1, in order of time
/// @param atMillis after the beginning of the faults
/// @param forMillis how long it lasts before it is mended
public record Fault(int number, long atMillis, FaultKind kind, String target, long forMillis) {

    public Fault {
        if (!kind.targets().contains(target)) {
            throw new IllegalArgumentException(kind + " cannot hit " + target);
        }
        if (atMillis < 0 || forMillis < 0) {
            throw new IllegalArgumentException("times are not negative");
        }
    }

    @Override
    public String toString() {
        return "%4d  %8.3f s  %-16s %-13s for %.3f s"
                .formatted(number, atMillis / 1_000.0, kind, target, forMillis / 1_000.0);
    }
}
