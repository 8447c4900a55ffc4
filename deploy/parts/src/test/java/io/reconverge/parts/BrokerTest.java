package io.reconverge.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest {
    private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

    @TempDir Path directory;

    @Test
    void records_and_group_offsets_survive_a_stop_and_a_start() throws Exception {
        try (Broker broker = Broker.start(directory, 0)) {
            String address = broker.bootstrapServers();
            createTopic(address);
            write(address, 1_000, 100);
            commitOffset(address, 700);

            broker.stop();
            broker.start();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(read(address, "read_uncommitted")).hasSize(1_000);
            assertThat(committedOffset(address)).isEqualTo(700);
            write(address, 10, 100);
            assertThat(read(address, "read_uncommitted")).hasSize(1_010);
        }
    }

    @Test
    void records_and_group_offsets_survive_a_kill_of_the_process() throws Exception {
        String before;
        try (var owner = OwnerProcess.start(BrokerOwner.class, directory)) {
            before = owner.said();
            createTopic(before);
            write(before, 1_000, 100);
            commitOffset(before, 700);
            owner.kill();
        }
        int port = Integer.parseInt(before.substring(before.indexOf(':') + 1));
        long start = System.nanoTime();
        try (Broker broker = Broker.start(directory, port)) {
            assertThat(broker.bootstrapServers()).isEqualTo(before);
            assertThat(read(before, "read_uncommitted")).hasSize(1_000);
            assertThat(committedOffset(before)).isEqualTo(700);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void only_committed_transactions_are_seen_by_those_who_ask_for_that() throws Exception {
        try (Broker broker = Broker.start(directory, 0)) {
            String address = broker.bootstrapServers();
            createTopic(address);
            try (var producer = producer(address, Map.of("transactional.id", "writer-1"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[1])).get();
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[2])).get();
                producer.abortTransaction();
            }
            assertThat(read(address, "read_committed"))
                    .singleElement()
                    .returns(1, value -> value.length);
            assertThat(read(address, "read_uncommitted")).hasSize(2);
        }
    }

    @Test
    void a_record_of_8_MiB_fits() throws Exception {
        int size = 8 * 1024 * 1024;
        try (Broker broker = Broker.start(directory, 0)) {
            createTopic(broker.bootstrapServers());
            write(broker.bootstrapServers(), 2, size);
            assertThat(read(broker.bootstrapServers(), "read_uncommitted"))
                    .hasSize(2)
                    .allMatch(value -> value.length == size);
        }
    }

    @Test
    void topics_are_not_made_by_themselves() {
        try (Broker broker = Broker.start(directory, 0);
                var producer =
                        producer(broker.bootstrapServers(), Map.of("max.block.ms", "2000"))) {
            assertThatThrownBy(
                            () -> producer.send(new ProducerRecord<>("absent", new byte[1])).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void a_taken_port_is_named() throws IOException {
        int port = Ports.free();
        try (var other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            assertThatThrownBy(() -> Broker.start(directory, port))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("port %d, which the broker needs, is taken", port);
        }
    }

    private static void createTopic(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1))).all().get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(
            String address, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", address);
        settings.put("max.request.size", 9 * 1024 * 1024);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String address, String isolation) {
        var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "group.id",
                                "readers",
                                "isolation.level",
                                isolation,
                                "enable.auto.commit",
                                "false"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
        return consumer;
    }

    private static void write(String address, int count, int sizeBytes) throws Exception {
        try (var producer = producer(address, Map.of())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sent.add(
                        producer.send(
                                new ProducerRecord<>(PARTITION.topic(), new byte[sizeBytes])));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    private static List<byte[]> read(String address, String isolation) {
        List<byte[]> values = new ArrayList<>();
        try (var consumer = consumer(address, isolation)) {
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (consumer.position(PARTITION) < end) {
                for (ConsumerRecord<byte[], byte[]> row : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(row.value());
                }
            }
        }
        return values;
    }

    private static void commitOffset(String address, long offset) {
        try (var consumer = consumer(address, "read_uncommitted")) {
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)));
        }
    }

    private static long committedOffset(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            Map<TopicPartition, OffsetAndMetadata> offsets =
                    admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
            return offsets.getOrDefault(PARTITION, new OffsetAndMetadata(0)).offset();
        }
    }

    static final class BrokerOwner {
        public static void main(String[] arguments) throws InterruptedException {
            Broker broker = Broker.start(Path.of(arguments[0]), 0);
            System.out.println("ready " + broker.bootstrapServers());
            Thread.currentThread().join();
        }
    }
}
