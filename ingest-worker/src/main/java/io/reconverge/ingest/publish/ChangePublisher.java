package io.reconverge.ingest.publish;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.reconverge.ingest.lane.Inbound;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.WireJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes what a worker's transactions committed: log rows, dead letters and the offsets of the
/// partitions that they came from, all in one Kafka transaction, so that each row is on the topic
/// once.
///
/// The transactional id is the worker's, and each partition's offset is committed with that id as
/// its metadata: so whoever is assigned the partition next knows whose transaction may still be in
/// the air, and ends it. Who gives a partition up in order takes its id away from the offset.
///
/// A worker that somebody has fenced and that is alive begins anew. What it may publish then the
/// group says: offsets of partitions that are another's by now are refused, and with them all that
/// goes with them.
///
/// Safe for several threads: one publishes, another takes partitions up and gives them up.
public final class ChangePublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangePublisher.class);

    private static final int ADMIN_PATIENCE_SECONDS = 15;
    private static final int TRANSACTION_MILLIS = 30_000;

    /// The broker refuses a transaction while it writes the markers of the one before, some
    /// milliseconds: live readers would notice the client's own 100 ms.
    private static final int RETRY_MILLIS = 5;

    private static final int RETRY_MAX_MILLIS = 1_000;
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final String NOBODY = "";
    private static final long NOT_KNOWN = -1;

    private final Map<String, Object> config;
    private final Admin admin;
    private final Topics topics;
    private final String id;
    private @Nullable Producer<byte[], byte[]> producer;

    /// Of each partition that was taken up, the offset below which everything is on the topic; none
    /// while that is not known. All of it is to be asked for again once [#producer] is lost.
    private final Map<Integer, Long> published = new HashMap<>();

    /// @param worker a name like no other worker's
    public ChangePublisher(
            Map<String, Object> producerDefaults, Admin admin, Topics topics, String worker) {
        this.id = topics.workerGroup() + "-" + worker;
        this.config = new HashMap<>(producerDefaults);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MILLIS);
        config.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, RETRY_MAX_MILLIS);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        this.admin = admin;
        this.topics = topics;
    }

    /// Ends the transactions that were left open over these partitions, and puts this worker's name
    /// on their offsets. Until then these cannot be read: the broker waits for what becomes of
    /// those in such a transaction.
    ///
    /// @throws PartitionLostException when another worker has this one's place in the group
    /// @throws KafkaException when the broker does not answer; to be tried again
    public synchronized void takeUp(Collection<Integer> partitions, ConsumerGroupMetadata group) {
        boolean fresh = producer == null;
        try {
            takeUpOnce(partitions, group);
        } catch (KafkaException failure) {
            if (fresh) {
                throw failure;
            }
            // somebody may have taken this worker for dead while it had nothing to publish
            takeUpOnce(partitions, group);
        }
    }

    private void takeUpOnce(Collection<Integer> partitions, ConsumerGroupMetadata group) {
        Producer<byte[], byte[]> open = opened();
        undisturbed(() -> {
            endPredecessors(partitions);
            ask(partitions);
        });
        name(open, partitions, id, group);
    }

    private void endPredecessors(Collection<Integer> partitions) {
        Set<String> predecessors =
                committed().entrySet().stream()
                        .filter(offset -> partitions.contains(offset.getKey().partition()))
                        .map(offset -> offset.getValue().metadata())
                        .filter(name -> !name.equals(NOBODY) && !name.equals(id))
                        .collect(Collectors.toSet());
        if (!predecessors.isEmpty()) {
            log.info("Ends what {} left open", predecessors);
            await(admin.fenceProducers(predecessors).all());
        }
    }

    /// Takes this worker's name off offsets, so that nobody ends its transactions when they take
    /// the partitions up. Everything that was committed of them is to be published before.
    ///
    /// @throws KafkaException when the broker does not answer; somebody ends a transaction of this
    ///   worker then, which is tried again
    public synchronized void giveUp(Collection<Integer> partitions, ConsumerGroupMetadata group) {
        try {
            if (producer != null) {
                name(producer, partitions, NOBODY, group);
            }
        } finally {
            partitions.forEach(published::remove);
        }
    }

    /// Publishes those batches that are not published yet, in order. After a failure, the same call
    /// again finds out how far the failed one came.
    ///
    /// @param batches of each partition
    /// @throws PartitionLostException when another worker has this one's place in the group
    /// @throws KafkaException when the broker does not answer, or a partition is another worker's
    ///   by now; to be tried again with those that are still assigned
    public synchronized void publish(
            Map<Integer, List<Committed>> batches, ConsumerGroupMetadata group) {
        Producer<byte[], byte[]> open = opened();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        List<Committed> unpublished = new ArrayList<>();
        batches.forEach((partition, all) -> {
            long known = published.getOrDefault(partition, NOT_KNOWN);
            all.stream().filter(batch -> batch.nextOffset() > known).forEach(unpublished::add);
            if (all.getLast().nextOffset() > known) {
                next.put(
                        ofWrites(partition), new OffsetAndMetadata(all.getLast().nextOffset(), id));
            }
        });
        if (!next.isEmpty()) {
            transaction(open, unpublished, next, group);
        }
    }

    /// Whether the failure only says that the group has moved on to another generation.
    public static boolean isStaleGeneration(KafkaException failure) {
        return failure instanceof CommitFailedException
                || failure.getCause() instanceof CommitFailedException;
    }

    private void name(
            Producer<byte[], byte[]> open,
            Collection<Integer> partitions,
            String name,
            ConsumerGroupMetadata group) {
        Map<TopicPartition, OffsetAndMetadata> named = new HashMap<>();
        for (Integer partition : partitions) {
            long known = published.getOrDefault(partition, NOT_KNOWN);
            if (known != NOT_KNOWN) {
                named.put(ofWrites(partition), new OffsetAndMetadata(known, name));
            }
        }
        if (!named.isEmpty()) {
            transaction(open, List.of(), named, group);
        }
    }

    private void transaction(
            Producer<byte[], byte[]> open,
            List<Committed> batches,
            Map<TopicPartition, OffsetAndMetadata> next,
            ConsumerGroupMetadata group) {
        undisturbed(() -> {
            open.beginTransaction();
            for (Committed batch : batches) {
                batch.events().forEach(event -> send(open, cloudEvent(event)));
                batch.dead().forEach(dead -> send(open, deadLetter(dead)));
            }
            open.sendOffsetsToTransaction(next, group);
            open.commitTransaction();
        });
        next.forEach((partition, offset) -> published.put(partition.partition(), offset.offset()));
    }

    /// Where the first fails at once, the others would wait for the same, one after the other.
    private static void send(Producer<byte[], byte[]> open, ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> sent = open.send(record);
        if (sent.state() == Future.State.FAILED) {
            throw new KafkaException("The broker takes no records", sent.exceptionNow());
        }
    }

    /// Whatever goes wrong, nobody knows what has become of the transaction: the next one begins
    /// with another producer, and with asking.
    private void undisturbed(Runnable work) {
        try {
            work.run();
        } catch (FencedInstanceIdException lost) {
            abandon();
            throw new PartitionLostException(lost);
        } catch (RuntimeException | Error failure) {
            abandon();
            throw failure;
        }
    }

    /// A new one ends the transaction that this worker, or the one that had its name before, left
    /// open, and finds out how far all that it has came.
    private Producer<byte[], byte[]> opened() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            Producer<byte[], byte[]> opening = new KafkaProducer<>(config);
            producer = opening;
            undisturbed(() -> {
                opening.initTransactions();
                ask(List.copyOf(published.keySet()));
            });
            open = opening;
        }
        return open;
    }

    /// With no transaction in the air that this worker knows of. Where the broker has lost records
    /// of the topic, what comes in their place was not published, however far the group was.
    private void ask(Collection<Integer> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                await(
                        admin.listOffsets(
                                        partitions.stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                this::ofWrites,
                                                                partition -> OffsetSpec.latest())))
                                .all());
        for (Integer partition : partitions) {
            OffsetAndMetadata offset = committed.get(ofWrites(partition));
            ListOffsetsResultInfo end = ends.get(ofWrites(partition));
            published.put(
                    partition,
                    offset == null
                            ? NOT_KNOWN
                            : end == null
                                    ? offset.offset()
                                    : Math.min(offset.offset(), end.offset()));
        }
    }

    private TopicPartition ofWrites(int partition) {
        return new TopicPartition(topics.writes(), partition);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                new HashMap<>(
                        await(
                                admin.listConsumerGroupOffsets(topics.workerGroup())
                                        .partitionsToOffsetAndMetadata()));
        offsets.values().removeIf(Objects::isNull);
        return offsets;
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(ADMIN_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stop);
        } catch (ExecutionException | TimeoutException failure) {
            throw new KafkaException("The broker does not say what was published", failure);
        }
    }

    private ProducerRecord<byte[], byte[]> cloudEvent(ChangeEvent event) {
        String space = event.space().toString();
        CloudEvent envelope =
                CloudEventBuilder.v1()
                        .withId(space + "/" + event.version())
                        .withType(event.ceType())
                        .withSource(URI.create("urn:reconverge:space:" + space))
                        .withTime(
                                Instant.ofEpochMilli(event.committedAt()).atOffset(ZoneOffset.UTC))
                        .withSubject(event.type() + "/" + event.id())
                        .withData("application/json", WireJson.MAPPER.writeValueAsBytes(event))
                        .build();
        return KafkaMessageFactory.createWriter(topics.changes(), utf8(space))
                .writeBinary(envelope);
    }

    private ProducerRecord<byte[], byte[]> deadLetter(Inbound.Dead dead) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(
                        topics.deadLetters(),
                        null,
                        dead.record().key(),
                        dead.record().value(),
                        dead.record().headers());
        letter.headers()
                .add(RecordHeaders.DEAD_REASON, utf8(dead.reason()))
                .add(RecordHeaders.DEAD_TOPIC, utf8(dead.record().topic()))
                .add(
                        RecordHeaders.DEAD_PARTITION,
                        utf8(Integer.toString(dead.record().partition())))
                .add(RecordHeaders.DEAD_OFFSET, utf8(Long.toString(dead.offset())));
        return letter;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Aborts the transaction if it can: one that is left open holds up all readers of the topic.
    private void abandon() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(CLOSING);
        }
    }

    @Override
    public synchronized void close() {
        abandon();
    }
}
