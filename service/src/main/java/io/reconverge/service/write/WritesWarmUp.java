package io.reconverge.service.write;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaTemplate;

/// Makes the producer, and has it learn where the writes topic is, before the web server takes the
/// first request: a send that would have to wait for that fails instead.
final class WritesWarmUp implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WritesWarmUp.class);

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final KafkaTemplate<String, byte[]> template;
    private final String topic;
    private volatile boolean running;

    WritesWarmUp(KafkaTemplate<String, byte[]> template, String topic) {
        this.template = template;
        this.topic = topic;
    }

    @Override
    public void start() {
        running = true;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isKnown()) {
            if (System.nanoTime() > deadline) {
                log.warn("Writes are refused for now: Kafka or the topic {} is not there", topic);
                return;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Asking also makes the producer fetch what it does not know, and so does each later send.
    private boolean isKnown() {
        try {
            return !template.partitionsFor(topic).isEmpty();
        } catch (KafkaException | org.springframework.kafka.KafkaException unknown) {
            return false;
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
