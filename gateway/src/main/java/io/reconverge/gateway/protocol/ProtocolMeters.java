package io.reconverge.gateway.protocol;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.InRequest;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.InvalidDocument;
import io.reconverge.wire.ProblemType;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Counts and logs what protocols are asked: each request by how it ended, each change by what
/// became of it. A resend shows as `duplicate`.
///
/// `reconverge.gateway.protocol.requests` has the outcomes `answered`, `conflict`, `refused`,
/// `failed` and `abandoned`; `reconverge.gateway.protocol.changes` those of [ChangeResult], and
/// `duplicate`. Both have the tags `protocol` and `operation`.
@Component
public final class ProtocolMeters {

    private static final Logger log = LoggerFactory.getLogger(ProtocolMeters.class);

    private static final String REQUESTS = "reconverge.gateway.protocol.requests";
    private static final String CHANGES = "reconverge.gateway.protocol.changes";

    private final MeterRegistry meters;

    ProtocolMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    /// The same, counted and logged when it ends.
    ///
    /// @param operation one of few: it becomes a tag
    public <T> Mono<T> request(String protocol, String operation, Mono<T> request) {
        return Mono.deferContextual(context -> {
            Consumer<String> ended =
                    outcome -> InRequest.run(context, () -> ended(protocol, operation, outcome));
            return request.doOnSuccess(answer -> ended.accept("answered"))
                    .doOnError(failure -> ended.accept(outcomeOf(failure)))
                    .doOnCancel(() -> ended.accept("abandoned"));
        });
    }

    /// Counts what became of changes.
    public void decided(String protocol, String operation, List<ChangeResult> results) {
        results.forEach(result -> {
            String outcome = outcomeOf(result);
            count(CHANGES, protocol, operation, outcome);
            if (!outcome.equals("applied")) {
                log.debug("{} {}: change {} {}", protocol, operation, result.changeId(), outcome);
            }
        });
    }

    private void ended(String protocol, String operation, String outcome) {
        count(REQUESTS, protocol, operation, outcome);
        if (outcome.equals("failed")) {
            log.info("{} {} failed", protocol, operation);
        } else {
            log.debug("{} {} {}", protocol, operation, outcome);
        }
    }

    private void count(String meter, String protocol, String operation, String outcome) {
        meters.counter(meter, "protocol", protocol, "operation", operation, "outcome", outcome)
                .increment();
    }

    private static String outcomeOf(Throwable failure) {
        return switch (failure) {
            case ProblemException stop when stop.problem().status() == conflictStatus() ->
                    "conflict";
            case ProblemException stop when stop.problem().status() < 500 -> "refused";
            case InvalidDocument invalid -> "refused";
            default -> "failed";
        };
    }

    private static int conflictStatus() {
        return ProblemType.CONFLICT.status();
    }

    private static String outcomeOf(ChangeResult result) {
        return switch (result) {
            case ChangeResult.Applied applied -> applied.duplicate() ? "duplicate" : "applied";
            case ChangeResult.Merged merged -> merged.duplicate() ? "duplicate" : "merged";
            case ChangeResult.Superseded superseded ->
                    superseded.duplicate() ? "duplicate" : "superseded";
            case ChangeResult.Conflict conflict -> "conflict";
            case ChangeResult.Rejected rejected -> "rejected";
            case ChangeResult.Pending pending -> "pending";
            case ChangeResult.Unknown unknown -> "unknown";
        };
    }
}
