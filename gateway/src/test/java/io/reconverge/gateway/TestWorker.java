package io.reconverge.gateway;

import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.Entity;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Problem;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Stands where the ingest worker would: reads the writes topic and answers on the results topic,
/// by the plainest of its rules, from memory.
public final class TestWorker implements AutoCloseable {

    /// @param key the record's, which is the space
    public record Seen(String key, WriteRecord write, Map<String, String> headers) {}

    private static final int PARTITIONS = 3;

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final Topics topics;
    private final Thread thread;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Map<UUID, Long> heads = new HashMap<>();
    private final Map<UUID, Map<EntityKey, Entity>> spaces = new HashMap<>();
    private volatile Function<WriteRecord, Optional<ResultRecord>> rule = this::decide;

    public TestWorker(String bootstrapServers, Topics topics) {
        this.topics = topics;
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "enable.auto.commit",
                                false,
                                "auto.offset.reset",
                                "earliest",
                                "fetch.max.bytes",
                                16 * 1024 * 1024),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "linger.ms",
                                0,
                                "max.request.size",
                                8 * 1024 * 1024),
                        new StringSerializer(),
                        new ByteArraySerializer());
        consumer.assign(
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topics.writes(), partition))
                        .toList());
        thread = Thread.ofPlatform().name("test-worker").start(this::run);
    }

    /// What came from a gateway for this request, if it came.
    public Optional<Seen> seen(UUID requestId) {
        return seen.stream().filter(each -> each.write().requestId().equals(requestId)).findFirst();
    }

    public int count() {
        return seen.size();
    }

    /// Answers by this rule from now on; an empty answer is none.
    public void answer(Function<WriteRecord, Optional<ResultRecord>> other) {
        rule = other;
    }

    /// Decides by itself again.
    public void reset() {
        rule = this::decide;
    }

    public ResultRecord decideNow(WriteRecord write) {
        return decide(write).orElseThrow();
    }

    private void run() {
        try {
            while (true) {
                for (ConsumerRecord<String, byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    answer(record);
                }
            }
        } catch (WakeupException closed) {
            consumer.close();
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void answer(ConsumerRecord<String, byte[]> record) {
        WriteRecord write = WireJson.MAPPER.readValue(record.value(), WriteRecord.class);
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        seen.add(new Seen(record.key(), write, headers));
        String reply = headers.get(RecordHeaders.REPLY_PARTITION);
        Optional<ResultRecord> result = rule.apply(write);
        if (reply != null) {
            result.ifPresent(decided -> send(Integer.parseInt(reply), decided));
        }
    }

    public void send(int partition, ResultRecord result) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(
                        topics.results(),
                        partition,
                        result.space().toString(),
                        WireJson.MAPPER.writeValueAsBytes(result));
        record.headers()
                .add(
                        RecordHeaders.REQUEST_ID,
                        result.requestId().toString().getBytes(StandardCharsets.UTF_8));
        producer.send(record);
    }

    private synchronized Optional<ResultRecord> decide(WriteRecord write) {
        List<ChangeResult> results = new ArrayList<>();
        for (Change change : write.changes()) {
            results.add(decide(write, change));
        }
        long head = heads.getOrDefault(write.space(), 0L);
        return Optional.of(new ResultRecord(write.requestId(), write.space(), head, results, null));
    }

    private ChangeResult decide(WriteRecord write, Change change) {
        Map<EntityKey, Entity> entities =
                spaces.computeIfAbsent(write.space(), space -> new HashMap<>());
        @Nullable Entity current = entities.get(change.key());
        long head = heads.getOrDefault(write.space(), 0L);
        Long base = change.baseVersion();
        if (base != null && base > head) {
            return new ChangeResult.Rejected(
                    change.changeId(),
                    Problem.of(ProblemType.BASE_VERSION_AHEAD, "The head is " + head + "."));
        }
        boolean unseen = current != null && base != null && current.version() > base;
        if (unseen && change.onConflict() == OnConflict.REJECT) {
            return new ChangeResult.Conflict(change.changeId(), current, List.of());
        }
        if (current != null && change.modifiedAt() < current.modifiedAt()) {
            heads.put(write.space(), head + 1);
            return new ChangeResult.Superseded(change.changeId(), head + 1, false, current);
        }
        heads.put(write.space(), head + 1);
        entities.put(
                change.key(),
                new Entity(
                        change.type(),
                        change.id(),
                        head + 1,
                        change.data(),
                        change.data() == null,
                        write.receivedAt(),
                        change.modifiedAt(),
                        write.actor(),
                        write.deviceId()));
        return new ChangeResult.Applied(
                change.changeId(), head + 1, false, current == null || current.deleted());
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
