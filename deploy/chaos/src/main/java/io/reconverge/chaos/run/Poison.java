package io.reconverge.chaos.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Puts records that are no requests on the topic of writes, one every few seconds.
final class Poison implements AutoCloseable {
    private static final int PAUSE_MILLIS = 5_000;
    private static final int STEP_MILLIS = 100;

    /// Longer than any fault: whether a record was put must be known.
    private static final int DELIVERY_MILLIS = 600_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<String> spaces;
    private final List<String> put = new ArrayList<>();
    private volatile boolean stopping;

    /// @param spaces among whose writes they lie
    Poison(String bootstrapServers, List<String> spaces) {
        this.spaces = List.copyOf(spaces);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "acks", "all",
                                "max.block.ms", DELIVERY_MILLIS,
                                "delivery.timeout.ms", DELIVERY_MILLIS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /// Until [#stop].
    void run() {
        try {
            while (!stopping) {
                put(spaces.get(put.size() % spaces.size()));
                for (int waited = 0; waited < PAUSE_MILLIS && !stopping; waited += STEP_MILLIS) {
                    Thread.sleep(STEP_MILLIS);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// What is being put is still put.
    void stop() {
        stopping = true;
    }

    private void put(String space) throws InterruptedException {
        String value = "{\"no\": \"request\", \"number\": %d".formatted(put.size());
        try {
            producer.send(
                            new ProducerRecord<>(
                                    "reconverge.writes",
                                    space.getBytes(StandardCharsets.UTF_8),
                                    value.getBytes(StandardCharsets.UTF_8)))
                    .get();
            put.add(value);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a bad record could not be put", failure);
        }
    }

    /// The values of all that were put. Once it has stopped.
    List<String> all() {
        return List.copyOf(put);
    }

    @Override
    public void close() {
        producer.close();
    }
}
