package io.reconverge.service.write;

import io.reconverge.wire.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.ConsumerFactory;

/// Reads this instance's partition of the results topic, from its end on, and hands each result to
/// the request that waits for it.
///
/// It reads before the web server takes the first request, and until after the last one is
/// answered. With no broker there at the start it keeps trying; requests are not kept waiting
/// meanwhile.
final class ResultsReader implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ResultsReader.class);

    private static final Duration START_PATIENCE = Duration.ofSeconds(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final ConsumerFactory<String, byte[]> consumers;
    private final String topic;
    private final Waiting waiting;
    private final CountDownLatch positioned = new CountDownLatch(1);

    private @Nullable Thread thread;
    private volatile boolean running;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile @Nullable Integer partition;

    /// @param partition to read, null for one at random
    ResultsReader(
            ConsumerFactory<String, byte[]> consumers,
            String topic,
            @Nullable Integer partition,
            Waiting waiting) {
        this.consumers = consumers;
        this.topic = topic;
        this.partition = partition;
        this.waiting = waiting;
    }

    /// Where results are to be sent for this instance to see them; empty while it sees none.
    OptionalInt replyPartition() {
        Integer chosen = partition;
        return positioned.getCount() == 0 && chosen != null
                ? OptionalInt.of(chosen)
                : OptionalInt.empty();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofPlatform().name("results").start(this::run);
        try {
            if (!positioned.await(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("No results can be read yet: Kafka or the topic {} is not there", topic);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        running = false;
        Consumer<String, byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        Thread reader = thread;
        if (reader != null) {
            try {
                reader.join(STOP_PATIENCE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Starts before the web server, and stops after it.
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }

    private void run() {
        while (running) {
            try (Consumer<String, byte[]> opened = consumers.createConsumer()) {
                consumer = opened;
                read(opened);
            } catch (WakeupException stopped) {
                log.debug("Woken up to stop");
            } catch (KafkaException | org.springframework.kafka.KafkaException failure) {
                log.warn("Results cannot be read, trying again: {}", failure.toString());
                pause();
            }
        }
    }

    private void read(Consumer<String, byte[]> consumer) {
        TopicPartition source = choose(consumer);
        if (source == null) {
            pause();
            return;
        }
        consumer.assign(List.of(source));
        consumer.seekToEnd(List.of(source));
        // asks the broker, so that nothing written from now on is missed
        consumer.position(source);
        positioned.countDown();
        while (running) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                deliver(record);
            }
        }
    }

    private @Nullable TopicPartition choose(Consumer<String, byte[]> consumer) {
        Integer chosen = partition;
        if (chosen == null) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                return null;
            }
            chosen = ThreadLocalRandom.current().nextInt(partitions.size());
            partition = chosen;
        }
        return new TopicPartition(topic, chosen);
    }

    /// Other instances' results lie on the same partition: they are passed over unread.
    private void deliver(ConsumerRecord<String, byte[]> record) {
        Header header = record.headers().lastHeader(RecordHeaders.REQUEST_ID);
        if (header == null || header.value() == null || record.value() == null) {
            return;
        }
        try {
            UUID requestId = UUID.fromString(new String(header.value(), StandardCharsets.UTF_8));
            waiting.deliver(requestId, record.value());
        } catch (IllegalArgumentException notOurs) {
            log.warn("A result at offset {} names no request", record.offset());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
