package io.reconverge.feed.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.ChangeEvent;
import io.reconverge.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.stereotype.Component;

/// Follows the ends of two topics, all partitions of them, and hands each record to those who read
/// its space: most come on the live topic first, and all on that of changes. It waits for none of
/// the readers. Whenever it may have missed something it tells all of them, so what a reader sees
/// is right at any time: before the topics are there, and after their offsets were lost.
@Component
final class Tail implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Tail.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration NEW_PARTITIONS = Duration.ofMinutes(1);

    /// Of a CloudEvent: the space, a slash, and the version.
    private static final String ID_HEADER = "ce_id";

    private final Topics topics;
    private final Subscriptions subscriptions;
    private final ConsumerFactory<?, ?> consumers;

    private volatile boolean assigned;

    /// By its own thread alone.
    private boolean followsLive;

    private volatile long lag;
    private volatile @Nullable Run current;

    Tail(
            Topics topics,
            Subscriptions subscriptions,
            ConsumerFactory<?, ?> consumers,
            MeterRegistry meters) {
        this.topics = topics;
        this.subscriptions = subscriptions;
        this.consumers = consumers;
        Gauge.builder("reconverge.feed.tail.lag", () -> lag)
                .description("Records that the tail has yet to read")
                .register(meters);
    }

    /// Whether it stands on every partition: from then on what is published reaches the readers.
    boolean isAssigned() {
        return assigned;
    }

    long lag() {
        return lag;
    }

    @Override
    public void start() {
        var run = new Run();
        current = run;
        run.thread.start();
    }

    @Override
    public void stop() {
        Run run = current;
        current = null;
        if (run != null) {
            run.end();
        }
    }

    @Override
    public boolean isRunning() {
        return current != null;
    }

    /// From start to stop.
    private final class Run {

        private final CountDownLatch ending = new CountDownLatch(1);
        private final Thread thread =
                Thread.ofPlatform().daemon().name("feed-tail").unstarted(this::run);
        private volatile @Nullable Consumer<byte[], byte[]> consumer;

        void end() {
            ending.countDown();
            Consumer<byte[], byte[]> open = consumer;
            if (open != null) {
                open.wakeup();
            }
            try {
                thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean isEnding() {
            return ending.getCount() == 0;
        }

        private void run() {
            while (!isEnding()) {
                try (Consumer<byte[], byte[]> open = consumer()) {
                    consumer = open;
                    follow(open);
                } catch (WakeupException toEnd) {
                    log.debug("the tail ends");
                } catch (RuntimeException failure) {
                    log.warn("the tail begins anew", failure);
                } finally {
                    assigned = false;
                }
                pause();
            }
        }

        private void follow(Consumer<byte[], byte[]> consumer) {
            Instant lookAt = Instant.MIN;
            while (!isEnding()) {
                if (!Instant.now().isBefore(lookAt)) {
                    assign(consumer);
                    lookAt =
                            Instant.now()
                                    .plus(assigned && followsLive ? NEW_PARTITIONS : LOOK_AGAIN);
                }
                if (assigned) {
                    poll(consumer);
                } else {
                    pause();
                }
            }
        }

        private void pause() {
            try {
                ending.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException impatient) {
                ending.countDown();
            }
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(consumers.getConfigurationProperties());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "feed-tail");
        // what is on a topic was committed in Postgres before it was sent, whatever becomes of the
        // transaction; readers pass over what comes again
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) NEW_PARTITIONS.toMillis());
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Takes partitions that are new to it, from their end on.
    private void assign(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> changes = partitions(consumer, topics.changes());
        if (changes.isEmpty()) {
            return;
        }
        // not there yet where the worker is of a release that knows nothing of it
        List<TopicPartition> live = partitions(consumer, topics.live());
        followsLive = !live.isEmpty();
        Set<TopicPartition> all = new HashSet<>(changes);
        all.addAll(live);
        Set<TopicPartition> added = new HashSet<>(all);
        added.removeAll(consumer.assignment());
        if (added.isEmpty()) {
            return;
        }
        consumer.assign(all);
        standAtEnd(consumer, added);
        assigned = true;
        log.info(
                "the tail follows {} partitions of {} and {} of {}",
                changes.size(),
                topics.changes(),
                live.size(),
                topics.live());
    }

    private static List<TopicPartition> partitions(
            Consumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /// Whatever was published before is not seen here: it is in PostgreSQL.
    private void standAtEnd(
            Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        subscriptions.tellGap();
    }

    private void poll(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.poll(POLL).forEach(this::dispatch);
        } catch (InvalidOffsetException lost) {
            log.warn("the tail's offsets of {} are lost", lost.partitions());
            standAtEnd(consumer, lost.partitions());
        }
        lag =
                consumer.assignment().stream()
                        .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                        .sum();
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record) {
        @Nullable UUID space = space(record);
        if (space == null || !subscriptions.anyFor(space) || cameAhead(space, record)) {
            return;
        }
        try {
            subscriptions.offer(
                    space,
                    LiveChange.of(WireJson.MAPPER.readValue(record.value(), ChangeEvent.class)));
        } catch (RuntimeException unreadable) {
            // whatever it is, the tail goes on
            log.warn(
                    "{}-{}@{} is no change: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    unreadable.toString());
            subscriptions.tellGap(space);
        }
    }

    /// Whether its readers had it before, by its headers alone: then it need not be read.
    private boolean cameAhead(UUID space, ConsumerRecord<byte[], byte[]> record) {
        Header id = record.headers().lastHeader(ID_HEADER);
        if (id == null) {
            return false;
        }
        String text = new String(id.value(), StandardCharsets.UTF_8);
        try {
            return !subscriptions.lack(
                    space, Long.parseLong(text.substring(text.lastIndexOf('/') + 1)));
        } catch (NumberFormatException unknown) {
            return false;
        }
    }

    private static @Nullable UUID space(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        if (key == null) {
            return null;
        }
        try {
            return UUID.fromString(new String(key, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notASpace) {
            return null;
        }
    }
}
