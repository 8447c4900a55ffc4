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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishes what one partition's transactions committed: log rows, dead letters and the
/// partition's offset, all in one Kafka transaction, so that each row is on the topic once.
///
/// The transactional id is the partition's, so whoever is assigned the partition ends the
/// transaction that its predecessor left open, and fences it. For one thread.
public final class ChangePublisher implements AutoCloseable {

    private static final int ADMIN_PATIENCE_SECONDS = 15;

    private final Map<String, Object> config;
    private final Admin admin;
    private final Topics topics;
    private final TopicPartition partition;
    private @Nullable Producer<byte[], byte[]> producer;

    /// Since it was opened, it has not been asked how far the group came.
    private boolean unsure;

    public ChangePublisher(
            Map<String, Object> producerDefaults,
            Admin admin,
            Topics topics,
            TopicPartition partition) {
        this.config = new HashMap<>(producerDefaults);
        config.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topics.workerGroup() + "-" + partition.partition());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        this.admin = admin;
        this.topics = topics;
        this.partition = partition;
    }

    /// Publishes those batches that are not published yet, in order. After a failure, the same call
    /// again finds out how far the failed one came.
    ///
    /// @return the partition's offset below which everything is on the topic
    /// @throws PartitionLostException when another worker has it
    /// @throws KafkaException when the broker does not answer; to be tried again
    public long publish(List<Committed> batches, ConsumerGroupMetadata group) {
        try {
            Producer<byte[], byte[]> open = producer == null ? open() : producer;
            long published = unsure ? committedOffset() : -1;
            unsure = false;
            long next = batches.getLast().nextOffset();
            if (published < next) {
                send(open, batches, published, next, group);
            }
            return next;
        } catch (ProducerFencedException
                | InvalidProducerEpochException
                | FencedInstanceIdException lost) {
            abandon();
            throw new PartitionLostException(lost);
        } catch (KafkaException failure) {
            abandon();
            if (failure.getCause() instanceof ProducerFencedException
                    || failure.getCause() instanceof InvalidProducerEpochException) {
                throw new PartitionLostException(failure);
            }
            throw failure;
        }
    }

    /// Whether the failure only says that the group has moved on to another generation.
    public static boolean isStaleGeneration(KafkaException failure) {
        return failure instanceof CommitFailedException
                || failure.getCause() instanceof CommitFailedException;
    }

    private void send(
            Producer<byte[], byte[]> open,
            List<Committed> batches,
            long published,
            long next,
            ConsumerGroupMetadata group) {
        open.beginTransaction();
        for (Committed batch : batches) {
            if (batch.nextOffset() > published) {
                batch.events().forEach(event -> open.send(cloudEvent(event)));
                batch.dead().forEach(dead -> open.send(deadLetter(dead)));
            }
        }
        open.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(next)), group);
        open.commitTransaction();
    }

    /// Ends the transaction that a predecessor left open, and fences it. Until then the group's
    /// offsets cannot be read: the broker waits for what becomes of those in that transaction.
    public void fence() {
        open();
    }

    private Producer<byte[], byte[]> open() {
        Producer<byte[], byte[]> open = new KafkaProducer<>(config);
        producer = open;
        unsure = true;
        open.initTransactions();
        return open;
    }

    /// What the group has committed: with [#open()] before it, no transaction is in the air.
    private long committedOffset() {
        try {
            OffsetAndMetadata offset =
                    admin.listConsumerGroupOffsets(topics.workerGroup())
                            .partitionsToOffsetAndMetadata()
                            .get(ADMIN_PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .get(partition);
            return offset == null ? -1 : offset.offset();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stop);
        } catch (ExecutionException | TimeoutException failure) {
            throw new KafkaException("The group's offsets cannot be read", failure);
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

    /// Leaves the transaction to the broker: whoever opens next ends it.
    private void abandon() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ofSeconds(2));
        }
    }
}
