package io.reconverge.chaos.check;

import io.reconverge.chaos.check.Evidence.DeadLetter;
import io.reconverge.chaos.check.Evidence.Published;
import io.reconverge.chaos.check.Evidence.WritesPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The topics, by a plain consumer under `read_committed`.
public final class TopicReader {
    private static final String CHANGES = "reconverge.changes";
    private static final String WRITES = "reconverge.writes";
    private static final String DEAD_LETTERS = "reconverge.writes.dlt";
    private static final String WORKERS = "reconverge.ingest-worker";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrapServers;

    public TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    public List<Published> published() {
        List<Published> published = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : all(CHANGES)) {
            published.add(
                    new Published(
                            record.partition(),
                            record.offset(),
                            text(record.key()),
                            header(record, "ce_id"),
                            Json.parsed(record.value())));
        }
        published.sort(
                Comparator.comparingInt(Published::partition).thenComparingLong(Published::offset));
        return published;
    }

    public List<DeadLetter> deadLetters() {
        return all(DEAD_LETTERS).stream()
                .map(record ->
                        new DeadLetter(
                                text(record.value()), header(record, "reconverge-dead-reason")))
                .toList();
    }

    /// @param decided by partition, what Postgres says
    public List<WritesPartition> partitions(Map<Integer, Long> decided) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(WORKERS)) {
            List<TopicPartition> partitions = partitions(consumer, WRITES);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            Map<TopicPartition, OffsetAndMetadata> committed =
                    consumer.committed(new HashSet<>(partitions), PATIENCE);
            return partitions.stream()
                    .map(partition -> {
                        OffsetAndMetadata offset = committed.get(partition);
                        return new WritesPartition(
                                partition.partition(),
                                ends.getOrDefault(partition, 0L),
                                offset == null ? -1 : offset.offset(),
                                decided.getOrDefault(partition.partition(), -1L));
                    })
                    .toList();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("none")) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<TopicPartition> open = new HashSet<>(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!open.isEmpty()) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                // the position passes over markers of transactions and over what was aborted
                open.removeIf(partition ->
                        consumer.position(partition) >= ends.getOrDefault(partition, 0L));
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "%s cannot be read to its end: %s".formatted(topic, open));
                }
            }
            return records;
        }
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private KafkaConsumer<byte[], byte[]> consumer(String group) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "group.id",
                        group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
