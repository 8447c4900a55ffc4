package io.reconverge.bench;

import java.nio.file.Path;
import java.time.Duration;

/// How long and how much is measured.
///
/// @param quick whether this is but to prove that the bench works
/// @param window of one measurement
/// @param rounds of each comparison, in which its subjects take turns
/// @param warmUp one round of the load before anything counts, which goes on until it is no faster
/// @param users that take turns in a load
/// @param data folder of the fleet's data and logs
/// @param peers folder in which other servers are installed, once
public record BenchSettings(
        boolean quick,
        Duration window,
        int rounds,
        Duration warmUp,
        int users,
        Path data,
        Path peers) {

    static BenchSettings of(boolean quick, Path data) {
        Path peers = Checkout.folder().resolve("deploy/bench/target/peers");
        return quick
                ? new BenchSettings(
                        true, Duration.ofSeconds(2), 1, Duration.ofSeconds(2), 100, data, peers)
                : new BenchSettings(
                        false,
                        Duration.ofSeconds(10),
                        3,
                        Duration.ofSeconds(10),
                        2_000,
                        data,
                        peers);
    }

    /// The one for a run that counts, the other for a quick one.
    public int either(int real, int inQuick) {
        return quick ? inQuick : real;
    }
}
