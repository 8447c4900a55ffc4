package io.reconverge.service.write;

import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.request.InRequest;
import io.reconverge.service.request.RequestLoop;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.core.JacksonException;

/// Puts requests on the writes topic, and waits for their results.
public final class Writes {

    private static final Logger log = LoggerFactory.getLogger(Writes.class);

    private final KafkaTemplate<String, byte[]> kafka;
    private final String topic;
    private final ResultsReader results;
    private final Waiting waiting;
    private final Bursts bursts;
    private final WriteMeters meters;

    Writes(
            KafkaTemplate<String, byte[]> kafka,
            String topic,
            ResultsReader results,
            Waiting waiting,
            Bursts bursts,
            WriteMeters meters) {
        this.kafka = kafka;
        this.topic = topic;
        this.results = results;
        this.waiting = waiting;
        this.bursts = bursts;
        this.meters = meters;
    }

    /// Ends when the record is durable and either decided or waited for long enough. Who stops
    /// listening is not waited for any more; what was sent stays sent.
    ///
    /// @param wait zero for not at all
    /// @return fails with a [ProblemException], `unavailable`, when Kafka did not confirm the
    ///   record in time. It may still turn out to be there: a change sent again under its id is
    ///   applied once
    public Mono<Written> write(Append append, Duration wait) {
        return Mono.defer(
                        () -> {
                            OptionalInt reply =
                                    wait.isZero() ? OptionalInt.empty() : results.replyPartition();
                            return reply.isEmpty()
                                    ? unwaited(append)
                                    : waiting.open(append.requestId())
                                            .map(slot ->
                                                    awaited(append, slot, reply.getAsInt(), wait))
                                            .orElseGet(() -> unwaited(append));
                        })
                .doOnNext(written -> count(append, written));
    }

    private Mono<Written> unwaited(Append append) {
        return send(append, OptionalInt.empty()).thenReturn(new Written.Undecided());
    }

    /// A result says that the record is durable, even where Kafka's own word is late or lost.
    private Mono<Written> awaited(Append append, Waiting.Slot slot, int partition, Duration wait) {
        return Mono.deferContextual(
                        context -> {
                            Scheduler loop = RequestLoop.of(context);
                            return Mono.firstWithSignal(
                                    slot.result()
                                            .publishOn(loop)
                                            .flatMap(bytes ->
                                                    InRequest.get(
                                                            () -> Mono.just(read(append, bytes)))),
                                    Mono.when(
                                                    send(append, OptionalInt.of(partition)),
                                                    Mono.delay(wait, loop))
                                            .thenReturn(new Written.Undecided()));
                        })
                .doFinally(end -> slot.close());
    }

    private Mono<Void> send(Append append, OptionalInt replyPartition) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, append.space().toString(), append.record());
        record.headers().add(RecordHeaders.REQUEST_ID, utf8(append.requestId().toString()));
        replyPartition.ifPresent(partition ->
                record.headers()
                        .add(RecordHeaders.REPLY_PARTITION, utf8(Integer.toString(partition))));
        return Mono.deferContextual(context ->
                        Mono.fromFuture(
                                bursts.add(() -> InRequest.call(context, () -> send(record))),
                                true))
                .onErrorResume(failure -> InRequest.error(() -> problemOf(append, failure)))
                .then();
    }

    private CompletableFuture<SendResult<String, byte[]>> send(
            ProducerRecord<String, byte[]> record) {
        long start = System.nanoTime();
        CompletableFuture<SendResult<String, byte[]>> sent;
        try {
            sent = kafka.send(record);
        } catch (KafkaException refused) {
            sent = CompletableFuture.failedFuture(refused);
        }
        return sent.whenComplete((acknowledged, failure) ->
                meters.appended(failure == null, Duration.ofNanos(System.nanoTime() - start)));
    }

    private static ProblemException problemOf(Append append, Throwable failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        if (cause instanceof RecordTooLargeException) {
            return new ProblemException(
                    ProblemType.TOO_LARGE, "The changes are too large together: send fewer.");
        }
        log.warn("Request {} was not confirmed by Kafka: {}", append.requestId(), cause.toString());
        return ProblemException.unavailable("The service cannot take writes at the moment.");
    }

    private static Written read(Append append, byte[] bytes) {
        ResultRecord result;
        try {
            result = WireJson.MAPPER.readValue(bytes, ResultRecord.class);
        } catch (JacksonException unreadable) {
            log.error("The result of request {} cannot be read", append.requestId(), unreadable);
            return new Written.Undecided();
        }
        Problem problem = result.problem();
        if (problem != null) {
            return new Written.Unreadable(problem);
        }
        if (result.results().size() != append.changeIds().size()) {
            log.error("The result of request {} is not of its changes", append.requestId());
            return new Written.Undecided();
        }
        return new Written.Decided(result.version(), result.results(), bytes.length);
    }

    private void count(Append append, Written written) {
        switch (written) {
            case Written.Decided decided -> meters.decided(decided.results());
            case Written.Undecided undecided -> meters.undecided(append.changeIds().size());
            case Written.Unreadable unreadable -> {}
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
