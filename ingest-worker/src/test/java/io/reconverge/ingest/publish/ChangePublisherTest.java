package io.reconverge.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.parts.Isolation;
import io.reconverge.parts.OnParts;
import io.reconverge.parts.Parts;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import io.reconverge.wire.WireJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Publishers of two workers on the broker, and a group that has no members, so that it refuses no
/// offsets: what is refused here, transactions refuse.
@OnParts
class ChangePublisherTest {

    private static final UUID SPACE = UUID.randomUUID();

    /// Records on each partition of writes.
    private static final int WRITTEN = 10;

    private final Isolation isolation = Parts.shared().isolate("publisher");
    private final Topics topics = new Topics(isolation.topicPrefix());
    private final ConsumerGroupMetadata group = new ConsumerGroupMetadata(topics.workerGroup());
    private final Map<String, Object> brokers =
            Map.of("bootstrap.servers", Parts.shared().broker().bootstrapServers());
    private final List<ChangePublisher> publishers = new ArrayList<>();
    private final Admin admin = Admin.create(brokers);

    @BeforeEach
    void topics() throws Exception {
        admin.createTopics(
                        List.of(
                                new NewTopic(topics.writes(), 2, (short) 1),
                                new NewTopic(topics.changes(), 1, (short) 1)))
                .all()
                .get();
        try (KafkaProducer<byte[], byte[]> gateway =
                new KafkaProducer<>(
                        brokers, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 2 * WRITTEN; i++) {
                gateway.send(new ProducerRecord<>(topics.writes(), i % 2, null, new byte[1]));
            }
        }
    }

    @AfterEach
    void close() {
        publishers.forEach(ChangePublisher::close);
        admin.close();
    }

    @Test
    void a_successor_ends_what_a_worker_that_died_left_open_and_publishes_the_rest() {
        ChangePublisher dead = publisher("dead");
        dead.takeUp(List.of(0), group);
        dead.publish(Map.of(0, batches(1, 3)), group);
        leaveOpen("dead", 5);

        ChangePublisher successor = publisher("successor");
        successor.takeUp(List.of(0), group);
        assertThat(committed(0)).isEqualTo(3);
        successor.publish(Map.of(0, batches(1, 6)), group);

        assertThat(published()).containsExactlyElementsOf(versions(6));
        assertThatThrownBy(() -> dead.publish(Map.of(0, batches(4, 6)), group))
                .isInstanceOf(KafkaException.class);
    }

    @Test
    void who_gave_a_partition_up_goes_on_with_the_others_undisturbed() {
        ChangePublisher first = publisher("first");
        first.takeUp(List.of(0, 1), group);
        first.publish(Map.of(0, batches(1, 1), 1, batches(2, 2)), group);
        first.giveUp(Set.of(0), group);

        publisher("second").takeUp(List.of(0), group);
        first.publish(Map.of(1, batches(3, 4)), group);

        assertThat(published()).containsExactlyInAnyOrderElementsOf(versions(4));
    }

    @Test
    void a_worker_that_was_taken_for_dead_finds_out_how_far_it_came_and_goes_on() {
        ChangePublisher alive = publisher("alive");
        alive.takeUp(List.of(0, 1), group);
        alive.publish(Map.of(0, batches(1, 1), 1, batches(2, 2)), group);
        publisher("other").takeUp(List.of(0), group);

        List<Committed> more = batches(3, 4);
        assertThatThrownBy(() -> alive.publish(Map.of(1, more), group))
                .isInstanceOf(KafkaException.class);
        alive.publish(Map.of(1, more), group);
        alive.publish(Map.of(1, more), group);

        assertThat(published()).containsExactlyInAnyOrderElementsOf(versions(4));
    }

    @Test
    void what_was_committed_though_nobody_was_told_is_not_published_again_after_a_rebalance() {
        ChangePublisher untold = publisher("untold");
        untold.takeUp(List.of(0), group);
        untold.publish(Map.of(0, batches(1, 1)), group);
        try (KafkaProducer<byte[], byte[]> committing = beginning("untold", 2)) {
            committing.commitTransaction();
        }
        assertThatThrownBy(() -> untold.publish(Map.of(0, batches(2, 2)), group))
                .isInstanceOf(KafkaException.class);

        untold.takeUp(List.of(1), group);
        untold.publish(Map.of(0, batches(2, 3)), group);

        assertThat(published()).containsExactlyElementsOf(versions(3));
    }

    @Test
    void after_whatever_goes_wrong_within_a_transaction_the_next_one_is_made() {
        ChangePublisher publisher = publisher("shaken");
        publisher.takeUp(List.of(0), group);
        List<ChangeEvent> unwritable = new ArrayList<>(List.of(event(1)));
        unwritable.add(null);
        assertThatThrownBy(() ->
                        publisher.publish(
                                Map.of(0, List.of(new Committed(unwritable, List.of(), 1))), group))
                .isInstanceOf(NullPointerException.class);

        publisher.publish(Map.of(0, batches(1, 2)), group);
        assertThat(published()).containsExactlyElementsOf(versions(2));
    }

    @Test
    void what_comes_in_the_place_of_records_that_the_broker_lost_is_published() {
        ChangePublisher publisher = publisher("behind");
        publisher.takeUp(List.of(0), group);
        publisher.publish(Map.of(0, batches(1, 1000 + WRITTEN)), group);

        ChangePublisher again = publisher("again");
        again.takeUp(List.of(0), group);
        again.publish(Map.of(0, batches(WRITTEN + 1, WRITTEN + 1)), group);

        assertThat(published()).hasSize(1000 + WRITTEN + 1).endsWith(WRITTEN + 1L);
    }

    private ChangePublisher publisher(String worker) {
        ChangePublisher publisher = new ChangePublisher(brokers, admin, topics, worker);
        publishers.add(publisher);
        return publisher;
    }

    /// A transaction of a process that is no more.
    private void leaveOpen(String worker, int version) {
        beginning(worker, version).close(Duration.ZERO);
    }

    /// In the middle of a transaction, under a worker's name.
    private KafkaProducer<byte[], byte[]> beginning(String worker, int version) {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                Parts.shared().broker().bootstrapServers(),
                                "transactional.id",
                                topics.workerGroup() + "-" + worker),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(
                new ProducerRecord<>(
                        topics.changes(), WireJson.MAPPER.writeValueAsBytes(event(version))));
        producer.sendOffsetsToTransaction(
                Map.of(
                        new TopicPartition(topics.writes(), 0),
                        new OffsetAndMetadata(version, topics.workerGroup() + "-" + worker)),
                group);
        producer.flush();
        return producer;
    }

    /// One for each version, which is also the offset that it came from and one more.
    private static List<Committed> batches(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(version -> new Committed(List.of(event(version)), List.of(), version))
                .toList();
    }

    private static List<Long> versions(int to) {
        return LongStream.rangeClosed(1, to).boxed().toList();
    }

    private static ChangeEvent event(int version) {
        return new ChangeEvent(
                SPACE,
                version,
                0,
                version,
                "note",
                "n-" + version,
                Op.PUT,
                Outcome.APPLIED,
                JsonObject.ofText("{}"),
                null,
                "ada",
                null,
                1,
                1,
                version);
    }

    /// As a worker asks for it that begins: with a transaction in the air there is no answer.
    private long committed(int partition) {
        TopicPartition asked = new TopicPartition(topics.writes(), partition);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            OffsetAndMetadata offset =
                    consumer.committed(Set.of(asked), Duration.ofSeconds(10)).get(asked);
            return offset == null ? -1 : offset.offset();
        }
    }

    private List<Long> published() {
        TopicPartition changes = new TopicPartition(topics.changes(), 0);
        List<Long> versions = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(changes));
            consumer.seekToBeginning(List.of(changes));
            Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(changes));
            while (consumer.position(changes) < ends.getOrDefault(changes, 0L)) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record ->
                                versions.add(
                                        WireJson.MAPPER
                                                .readValue(record.value(), ChangeEvent.class)
                                                .version()));
            }
        }
        return versions;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        Parts.shared().broker().bootstrapServers(),
                        "group.id",
                        topics.workerGroup(),
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
