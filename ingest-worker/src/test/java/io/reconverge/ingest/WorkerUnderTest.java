package io.reconverge.ingest;

import io.reconverge.parts.Isolation;
import io.reconverge.parts.Parts;
import io.reconverge.wire.Change;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.RecordHeaders;
import io.reconverge.wire.ResultRecord;
import io.reconverge.wire.SpaceId;
import io.reconverge.wire.WireJson;
import io.reconverge.wire.WriteRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A worker on the shared parts, with a gateway's and an analyst's end of its topics in the test's
/// hand.
final class WorkerUnderTest implements AutoCloseable {

    /// Long enough for a process to start on a machine that has much else to do.
    static final Duration PATIENCE = Duration.ofSeconds(120);

    final Isolation isolation;
    private final KafkaProducer<byte[], byte[]> producer;
    private @Nullable ConfigurableApplicationContext worker;

    private WorkerUnderTest(Isolation isolation) {
        this.isolation = isolation;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker(),
                                "acks",
                                "all",
                                "max.request.size",
                                10 << 20),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    static WorkerUnderTest start(String name, String... settings) {
        WorkerUnderTest test = new WorkerUnderTest(Parts.shared().isolate(name));
        test.startWorker(settings);
        return test;
    }

    /// The worker's arguments, for a process or a context of its own.
    String[] arguments(String... settings) {
        Map<String, String> all = new LinkedHashMap<>();
        Stream.of(
                        Stream.of(isolation.arguments()),
                        Stream.of(
                                "--server.port=0",
                                "--reconverge.topics.partitions=2",
                                "--reconverge.topics.result-partitions=1",
                                "--logging.structured.format.console=",
                                "--logging.level.root=warn",
                                "--logging.level.io.reconverge=info"),
                        Stream.of(settings))
                .flatMap(arguments -> arguments)
                .forEach(argument ->
                        all.put(argument.substring(0, argument.indexOf('=')), argument));
        return all.values().toArray(String[]::new);
    }

    void startWorker(String... settings) {
        worker = another(settings);
    }

    /// A worker beside this one, for the caller to close.
    ConfigurableApplicationContext another(String... settings) {
        return new SpringApplicationBuilder(IngestWorkerApplication.class)
                .web(WebApplicationType.REACTIVE)
                .properties("spring.config.name=" + IngestWorkerApplication.NAME)
                .run(arguments(settings));
    }

    void stopWorker() {
        if (worker != null) {
            worker.close();
            worker = null;
        }
    }

    <T> T bean(Class<T> type) {
        return running().getBean(type);
    }

    private ConfigurableApplicationContext running() {
        if (worker == null) {
            throw new IllegalStateException("no worker runs");
        }
        return worker;
    }

    int port() {
        return port(running());
    }

    static int port(ConfigurableApplicationContext worker) {
        return worker.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    static String broker() {
        return Parts.shared().broker().bootstrapServers();
    }

    String topic(String name) {
        return isolation.topicPrefix() + name;
    }

    static Change put(String id, @Nullable Long base, String json) {
        return new Change(
                UUID.randomUUID(), "thing", id, Op.PUT, JsonObject.ofText(json), base, 1_000, null);
    }

    static WriteRecord request(String actor, Change... changes) {
        return new WriteRecord(
                UUID.randomUUID(),
                SpaceId.personal(actor),
                actor,
                "device",
                false,
                1_000,
                List.of(changes));
    }

    void send(WriteRecord request) {
        send(
                request.space().toString().getBytes(StandardCharsets.UTF_8),
                WireJson.MAPPER.writeValueAsBytes(request),
                request.requestId());
    }

    void send(byte @Nullable [] key, byte @Nullable [] value, UUID requestId) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic("writes"), null, key, value);
        record.headers()
                .add(
                        RecordHeaders.REQUEST_ID,
                        requestId.toString().getBytes(StandardCharsets.UTF_8))
                .add(RecordHeaders.REPLY_PARTITION, "0".getBytes(StandardCharsets.UTF_8));
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Sends it and waits for its answer.
    ResultRecord ask(WriteRecord request) {
        send(request);
        return answer(request.requestId());
    }

    ResultRecord answer(UUID requestId) {
        return await(
                topic("results"),
                record ->
                        requestId
                                .toString()
                                .equals(new String(record.key(), StandardCharsets.UTF_8)),
                record -> WireJson.MAPPER.readValue(record.value(), ResultRecord.class));
    }

    /// The first record of a topic that fits, waited for.
    <T> T await(
            String topic,
            Predicate<ConsumerRecord<byte[], byte[]>> fits,
            java.util.function.Function<ConsumerRecord<byte[], byte[]>, T> read) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    if (fits.test(record)) {
                        return read.apply(record);
                    }
                }
            }
        }
        throw new AssertionError("nothing that fits came on " + topic);
    }

    /// Everything that a topic holds now, as a reader of committed records sees it.
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic)) {
            Map<TopicPartition, Long> ends =
                    new HashMap<>(consumer.endOffsets(consumer.assignment()));
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    List<ChangeEvent> published() {
        return records(topic("changes")).stream()
                .map(record -> WireJson.MAPPER.readValue(record.value(), ChangeEvent.class))
                .toList();
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker(),
                                "isolation.level",
                                "read_committed",
                                "fetch.max.wait.ms",
                                50,
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /// One value of the database.
    long number(String sql, Object... arguments) {
        return with(
                sql,
                statement -> {
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getLong(1);
                    }
                },
                arguments);
    }

    String text(String sql, Object... arguments) {
        return with(
                sql,
                statement -> {
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        return rows.getString(1);
                    }
                },
                arguments);
    }

    void execute(String sql, Object... arguments) {
        with(sql, PreparedStatement::executeUpdate, arguments);
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private <T> T with(String sql, Use<T> use, Object... arguments) {
        try (Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            return use.of(statement);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    Connection database() throws SQLException {
        return DriverManager.getConnection(
                isolation.jdbcUrl(),
                Parts.shared().database().user(),
                Parts.shared().database().password());
    }

    /// Waits for a condition, without which the test has failed.
    static void until(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to pass: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() {
        stopWorker();
        producer.close();
    }
}
