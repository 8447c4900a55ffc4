package io.reconverge.ingest.publish;

import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/// Tells live readers of what was committed, ahead of the transaction that publishes it, so that
/// transactions may be few and readers need not wait for them.
///
/// Best effort: what is lost, and what a large commit made, they find on the topic of changes. A
/// broker that takes nothing, or has no such topic, keeps its sender waiting; after that nothing is
/// sent for a while, so that commits do not wait for it again and again. Safe for many threads.
public final class LiveSender {

    private static final Logger log = LoggerFactory.getLogger(LiveSender.class);

    private static final Duration REST = Duration.ofSeconds(30);

    private final KafkaTemplate<byte[], byte[]> kafka;
    private final Topics topics;
    private final int most;
    private volatile Instant restsUntil = Instant.MIN;

    /// @param most changes of a commit that are told; of a larger one, none is
    public LiveSender(KafkaTemplate<byte[], byte[]> kafka, Topics topics, int most) {
        this.kafka = kafka;
        this.topics = topics;
        this.most = most;
    }

    /// @param events in version order within each space
    public void send(List<ChangeEvent> events) {
        if (events.size() > most || Instant.now().isBefore(restsUntil)) {
            return;
        }
        try {
            for (ChangeEvent event : events) {
                kafka.send(record(event))
                        .whenComplete((sent, failure) -> {
                            if (failure != null) {
                                lost(failure);
                            }
                        });
            }
        } catch (RuntimeException failure) {
            restsUntil = Instant.now().plus(REST);
            lost(failure);
        }
    }

    private ProducerRecord<byte[], byte[]> record(ChangeEvent event) {
        return new ProducerRecord<>(
                topics.live(),
                event.space().toString().getBytes(StandardCharsets.US_ASCII),
                WireJson.MAPPER.writeValueAsBytes(event));
    }

    private static void lost(Throwable failure) {
        log.debug("Live readers hear from the topic of changes: {}", failure.toString());
    }
}
