package io.reconverge.feed.status;

import io.reconverge.service.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// How many records of the writes topic the worker has yet to finish: their changes are accepted
/// and not decided, or decided and not published. Empty when Kafka does not say in time.
///
/// However many ask, one measurement is under way at a time.
@Component
public final class PipelineLag {

    private static final Logger log = LoggerFactory.getLogger(PipelineLag.class);

    private static final int TIMEOUT_MILLIS = 2_000;
    private static final Duration RECENT = Duration.ofSeconds(1);

    private final Admin admin;
    private final Topics topics;

    private List<MonoSink<OptionalLong>> waiting = new ArrayList<>();
    private boolean measuring;
    private OptionalLong last = OptionalLong.empty();
    private long lastNanos;
    private boolean measured;

    PipelineLag(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /// As it was at most a second ago.
    Mono<OptionalLong> recent() {
        return Mono.defer(() -> {
            synchronized (this) {
                if (measured && System.nanoTime() - lastNanos < RECENT.toNanos()) {
                    return Mono.just(last);
                }
            }
            return fresh();
        });
    }

    /// As it is, measured wholly after the subscription: what was accepted before it counts.
    public Mono<OptionalLong> fresh() {
        return Mono.create(sink -> {
            boolean begin;
            synchronized (this) {
                waiting.add(sink);
                begin = !measuring;
                measuring = true;
            }
            if (begin) {
                measure();
            }
        });
    }

    /// For all who wait now. Who comes while this goes on waits for the next.
    private void measure() {
        List<MonoSink<OptionalLong>> served;
        synchronized (this) {
            served = waiting;
            waiting = new ArrayList<>();
        }
        lag().map(OptionalLong::of)
                .timeout(Duration.ofMillis(2 * TIMEOUT_MILLIS))
                .onErrorResume(failure -> {
                    log.warn("the pipeline's lag is not known: {}", failure.toString());
                    return Mono.just(OptionalLong.empty());
                })
                .subscribe(lag -> {
                    boolean again;
                    synchronized (this) {
                        last = lag;
                        lastNanos = System.nanoTime();
                        measured = true;
                        measuring = !waiting.isEmpty();
                        again = measuring;
                    }
                    if (again) {
                        measure();
                    }
                    served.forEach(sink -> sink.success(lag));
                });
    }

    private Mono<Long> lag() {
        return partitions()
                .flatMap(partitions ->
                        Mono.zip(committed(), offsets(partitions, OffsetSpec.latest()))
                                .flatMap(both -> lag(both.getT1(), both.getT2())))
                .onErrorResume(
                        UnknownTopicOrPartitionException.class, nothingWritten -> Mono.just(0L));
    }

    private Mono<List<TopicPartition>> partitions() {
        return mono(admin.describeTopics(
                                List.of(topics.writes()),
                                new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .allTopicNames())
                .map(descriptions ->
                        descriptions.values().stream()
                                .flatMap(topic ->
                                        topic.partitions().stream()
                                                .map(partition ->
                                                        new TopicPartition(
                                                                topic.name(),
                                                                partition.partition())))
                                .toList());
    }

    private Mono<Map<TopicPartition, OffsetAndMetadata>> committed() {
        return mono(
                admin.listConsumerGroupOffsets(
                                topics.workerGroup(),
                                new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .partitionsToOffsetAndMetadata());
    }

    private Mono<Map<TopicPartition, Long>> offsets(List<TopicPartition> of, OffsetSpec which) {
        return mono(admin.listOffsets(
                                of.stream()
                                        .collect(Collectors.toMap(Function.identity(), _ -> which)),
                                new ListOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                        .all())
                .map(results -> {
                    Map<TopicPartition, Long> offsets = new HashMap<>();
                    results.forEach((partition, result) -> offsets.put(partition, result.offset()));
                    return offsets;
                });
    }

    /// Where the worker committed nothing yet, it begins at the oldest record that is kept.
    private Mono<Long> lag(
            Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> ends) {
        List<TopicPartition> untouched =
                ends.keySet().stream()
                        .filter(partition -> committed.get(partition) == null)
                        .toList();
        Mono<Map<TopicPartition, Long>> begins =
                untouched.isEmpty()
                        ? Mono.just(Map.of())
                        : offsets(untouched, OffsetSpec.earliest());
        return begins.map(oldest ->
                ends.entrySet().stream()
                        .mapToLong(end -> {
                            @Nullable OffsetAndMetadata done = committed.get(end.getKey());
                            long from =
                                    done == null
                                            ? oldest.getOrDefault(end.getKey(), 0L)
                                            : done.offset();
                            return Math.max(0, end.getValue() - from);
                        })
                        .sum());
    }

    private static <T> Mono<T> mono(KafkaFuture<T> future) {
        return Mono.fromCompletionStage(future.toCompletionStage());
    }
}
