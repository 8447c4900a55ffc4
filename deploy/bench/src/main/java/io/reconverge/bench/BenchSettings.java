package io.reconverge.bench;

import java.nio.file.Path;
import java.time.Duration;

/// How long and how much is measured.
///
/// @param quick whether this is but to prove that the bench works
/// @param window of one measurement
/// @param rounds of each comparison, in which its subjects take turns
/// @param warmUp load before anything counts
/// @param users that take turns in a load
/// @param data folder of the fleet's data and logs
public record BenchSettings(
        boolean quick, Duration window, int rounds, Duration warmUp, int users, Path data) {

    static BenchSettings of(boolean quick, Path data) {
        return quick
                ? new BenchSettings(
                        true, Duration.ofSeconds(2), 1, Duration.ofSeconds(2), 100, data)
                : new BenchSettings(
                        false, Duration.ofSeconds(10), 3, Duration.ofSeconds(40), 2_000, data);
    }

    /// The one for a run that counts, the other for a quick one.
    public int either(int real, int inQuick) {
        return quick ? inQuick : real;
    }
}
