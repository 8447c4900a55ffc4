package io.reconverge.service.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.reconverge.wire.ChangeResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is counted of writes.
final class WriteMeters {

    private enum Status {
        APPLIED,
        MERGED,
        SUPERSEDED,
        CONFLICT,
        REJECTED,
        PENDING,
        UNKNOWN
    }

    private final Timer acknowledged;
    private final Timer failed;
    private final Map<Status, Counter> results;

    WriteMeters(MeterRegistry meters, Waiting waiting) {
        acknowledged = appends(meters, "acknowledged");
        failed = appends(meters, "failed");
        results =
                Arrays.stream(Status.values())
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        status -> results(meters, status),
                                        (one, other) -> one,
                                        () -> new EnumMap<>(Status.class)));
        Gauge.builder("reconverge.write.waiting", waiting, Waiting::size)
                .description("Requests that wait for their results")
                .register(meters);
    }

    void appended(boolean durable, Duration took) {
        (durable ? acknowledged : failed).record(took);
    }

    void undecided(int changes) {
        counter(Status.PENDING).increment(changes);
    }

    void decided(Iterable<ChangeResult> decided) {
        for (ChangeResult result : decided) {
            counter(
                            switch (result) {
                                case ChangeResult.Applied applied -> Status.APPLIED;
                                case ChangeResult.Merged merged -> Status.MERGED;
                                case ChangeResult.Superseded superseded -> Status.SUPERSEDED;
                                case ChangeResult.Conflict conflict -> Status.CONFLICT;
                                case ChangeResult.Rejected rejected -> Status.REJECTED;
                                case ChangeResult.Pending pending -> Status.PENDING;
                                case ChangeResult.Unknown unknown -> Status.UNKNOWN;
                            })
                    .increment();
        }
    }

    @SuppressWarnings("NullAway") // there is one for each status
    private Counter counter(Status status) {
        return results.get(status);
    }

    private static Timer appends(MeterRegistry meters, String outcome) {
        return Timer.builder("reconverge.write.appends")
                .description("From handing a request to Kafka until it is durable")
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .register(meters);
    }

    private static Counter results(MeterRegistry meters, Status status) {
        return Counter.builder("reconverge.write.results")
                .description("Changes, by what their sender was told")
                .tag("status", status.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
