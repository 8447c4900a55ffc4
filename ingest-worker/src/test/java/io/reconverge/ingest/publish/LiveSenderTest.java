package io.reconverge.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.Op;
import io.reconverge.wire.Outcome;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

class LiveSenderTest {

    @Test
    void commits_do_not_wait_again_and_again_for_a_broker_that_takes_nothing() {
        Map<String, Object> nowhere =
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        "127.0.0.1:1",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        50,
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        ByteArraySerializer.class,
                        ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
                        Attempts.class.getName());
        var producers = new DefaultKafkaProducerFactory<byte[], byte[]>(nowhere);
        try {
            var sender =
                    new LiveSender(new KafkaTemplate<>(producers), new Topics("reconverge."), 2);
            sender.send(List.of(event(1), event(2)));
            sender.send(List.of(event(3)));

            assertThat(Attempts.COUNT).hasValue(1);
        } finally {
            producers.destroy();
        }
    }

    private static ChangeEvent event(long version) {
        return new ChangeEvent(
                new UUID(1, 1),
                version,
                0,
                version,
                "note",
                "n-" + version,
                Op.PUT,
                Outcome.APPLIED,
                JsonObject.ofText("{}"),
                null,
                "alice",
                null,
                1,
                1,
                1);
    }

    /// Sends that were asked of the producer, whatever became of them.
    public static final class Attempts implements ProducerInterceptor<byte[], byte[]> {

        static final AtomicInteger COUNT = new AtomicInteger();

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            COUNT.incrementAndGet();
            return record;
        }

        @Override
        public void onAcknowledgement(
                @Nullable RecordMetadata metadata, @Nullable Exception failure) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> settings) {}
    }
}
