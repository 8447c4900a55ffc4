package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.publish.Committed;
import io.reconverge.wire.ChangeResult;
import java.util.List;

/// What is measured of a worker's lanes together.
final class LaneMetrics {

    private final MeterRegistry registry;
    private final DistributionSummary requests;
    private final DistributionSummary changes;
    private final Timer commits;
    private final Timer publications;
    private final Counter rows;
    private final Counter recovered;
    private final Counter dead;

    LaneMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.requests =
                DistributionSummary.builder("reconverge.ingest.batch.requests")
                        .description("Requests in one transaction")
                        .register(registry);
        this.changes =
                DistributionSummary.builder("reconverge.ingest.batch.changes")
                        .description("Changes in one transaction")
                        .register(registry);
        this.commits =
                Timer.builder("reconverge.ingest.commit")
                        .description("Reading, deciding, writing and committing a batch")
                        .publishPercentileHistogram()
                        .register(registry);
        this.publications =
                Timer.builder("reconverge.ingest.publish")
                        .description("One Kafka transaction")
                        .publishPercentileHistogram()
                        .register(registry);
        this.rows =
                Counter.builder("reconverge.ingest.published")
                        .description("Log rows published")
                        .register(registry);
        this.recovered =
                Counter.builder("reconverge.ingest.recovered")
                        .description("Records that had been decided before")
                        .register(registry);
        this.dead =
                Counter.builder("reconverge.ingest.dead")
                        .description("Records that went to the dead letters")
                        .register(registry);
    }

    Timer.Sample start() {
        return Timer.start(registry);
    }

    /// @param applied by one transaction
    void committed(Timer.Sample sample, List<Applied> applied) {
        sample.stop(commits);
        int answered = 0;
        int decided = 0;
        for (Applied part : applied) {
            answered += part.answers().size();
            for (Applied.Answer answer : part.answers()) {
                for (ChangeResult result : answer.result().results()) {
                    registry.counter("reconverge.ingest.decisions", "status", status(result))
                            .increment();
                    decided++;
                }
            }
        }
        requests.record(answered);
        changes.record(decided);
    }

    private static String status(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied -> applied.duplicate() ? "duplicate" : "applied";
            case ChangeResult.Merged merged -> merged.duplicate() ? "duplicate" : "merged";
            case ChangeResult.Superseded superseded ->
                    superseded.duplicate() ? "duplicate" : "superseded";
            case ChangeResult.Conflict _ -> "conflict";
            case ChangeResult.Rejected _ -> "rejected";
            case ChangeResult.Pending _ -> "pending";
            case ChangeResult.Unknown _ -> "unknown";
        };
    }

    void published(Timer.Sample sample, List<Committed> batches) {
        sample.stop(publications);
        batches.forEach(batch -> rows.increment(batch.events().size()));
    }

    void recovered(int records) {
        recovered.increment(records);
    }

    void dead(int records) {
        dead.increment(records);
    }
}
