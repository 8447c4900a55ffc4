package io.reconverge.bench.load;

import org.HdrHistogram.Histogram;

/// What came of a load.
///
/// @param micros latencies, in microseconds, from the moment at which each request was meant to be
///   sent: those that had to wait for a free connection waited for the server
/// @param done requests answered as wanted, within the time
/// @param failed requests answered otherwise, or not at all
/// @param seconds that the load lasted
/// @param worth of one request
public record Outcome(Histogram micros, long done, long failed, double seconds, int worth) {

    public double requestsPerSecond() {
        return done / seconds;
    }

    public double perSecond() {
        return requestsPerSecond() * worth;
    }

    /// @param percentile 0..100
    public double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    /// As if both had been one.
    public Outcome plus(Outcome other) {
        Histogram both = micros.copy();
        both.add(other.micros);
        return new Outcome(
                both, done + other.done, failed + other.failed, seconds + other.seconds, worth);
    }
}
