package io.reconverge.chaos.run;

import java.nio.file.Path;

/// What a run consists of.
///
/// @param devices in all, spread over the processes; 1..1,000
/// @param hosts processes of devices, 1..3
/// @param writers that speak HTTP themselves, 1..100
/// @param folder for all data of the run; must not be there yet
public record RunPlan(
        long seed, int faults, int devices, int hosts, int writers, int workers, Path folder) {

    public RunPlan {
        within("faults", faults, 0, 100_000);
        within("devices", devices, 1, 1_000);
        within("hosts", hosts, 1, 3);
        within("writers", writers, 1, 100);
        // the schedule knows three
        within("workers", workers, 3, 10);
    }

    private static void within(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s must be %d..%d, was %d".formatted(name, min, max, value));
        }
    }
}
