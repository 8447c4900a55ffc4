package io.reconverge.ingest.lane;

import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.service.kafka.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/// The consumer of the writes topic: it hands each assigned partition's records to its [Lane].
///
/// Called back on the consumer's thread, but for what [Fetching] says.
///
/// It is no [org.springframework.kafka.listener.ConsumerSeekAware]: for one of those Spring asks
/// where each partition is before it tells that the partition was assigned, and with a
/// predecessor's transaction in the air that question has no answer. [#open] ends that transaction
/// first.
final class Lanes
        implements BatchConsumerAwareMessageListener<byte[], byte[]>,
                ConsumerAwareRebalanceListener,
                Fetching,
                AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    private final Lane.Parts parts;
    private final ChangePublisher publisher;
    private final Topics topics;
    private final Map<Integer, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicBoolean rejoining = new AtomicBoolean();
    private final AtomicReference<ConsumerGroupMetadata> group;
    private volatile KafkaMessageListenerContainer<byte[], byte[]> container;

    /// Where to begin with partitions that are taken up again.
    private final Map<Integer, Long> rewinds = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway") // the container is made of this, and set before it starts
    Lanes(Function<Fetching, Lane.Parts> parts, ChangePublisher publisher, Topics topics) {
        this.parts = parts.apply(this);
        this.publisher = publisher;
        this.topics = topics;
        this.group = new AtomicReference<>(new ConsumerGroupMetadata(topics.workerGroup()));
    }

    void runIn(KafkaMessageListenerContainer<byte[], byte[]> container) {
        this.container = container;
        parts.publishing().start();
    }

    @Override
    public void close() {
        parts.publishing().close();
    }

    int waiting() {
        return lanes.values().stream().mapToInt(Lane::waiting).sum();
    }

    int assigned() {
        return lanes.size();
    }

    @Override
    public void onMessage(
            List<ConsumerRecord<byte[], byte[]>> records, @Nullable Consumer<?, ?> consumer) {
        group.set(Objects.requireNonNull(consumer).groupMetadata());
        Map<Integer, List<Inbound>> byPartition = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            byPartition
                    .computeIfAbsent(record.partition(), key -> new ArrayList<>())
                    .add(InboundReader.read(record));
        }
        byPartition.forEach((partition, inbound) -> {
            Lane lane = lanes.get(partition);
            if (lane != null) {
                lane.offer(inbound);
            } else {
                rejoin("partition %d has records and no lane".formatted(partition));
            }
        });
    }

    /// A partition without a lane would be fetched and forgotten, so a failure here is not let
    /// pass.
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
        group.set(consumer.groupMetadata());
        if (assigned.isEmpty()) {
            return;
        }
        try {
            open(consumer, assigned);
            log.info("Assigned {}", numbers(assigned));
        } catch (RuntimeException | Error failure) {
            end(assigned, Lane::abandon);
            rejoin("%s cannot be taken up: %s".formatted(numbers(assigned), failure));
        }
    }

    private void open(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
        publisher.takeUp(numbers(assigned), group());
        var committed = consumer.committed(Set.copyOf(assigned));
        for (TopicPartition partition : assigned) {
            int number = partition.partition();
            Long from = rewinds.get(number);
            if (from != null) {
                consumer.seek(partition, from);
            }
            Lane.Start start =
                    new Lane.Start(consumer.position(partition), committed.get(partition) != null);
            Lane lane = new Lane(parts, number, start);
            lanes.put(number, lane);
            lane.start();
        }
        rewinds.clear();
    }

    /// The group may be in its next generation already, and what is still to be published goes with
    /// that: nobody else is assigned these partitions before the one after it.
    @Override
    public void onPartitionsRevokedBeforeCommit(
            Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
        group.set(consumer.groupMetadata());
        Set<Integer> published = ConcurrentHashMap.newKeySet();
        end(
                revoked,
                lane -> {
                    if (lane.drain()) {
                        published.add(lane.partition());
                    }
                });
        try {
            publisher.giveUp(published, group());
        } catch (RuntimeException failure) {
            log.warn(
                    "Whoever takes up {} is not told that it may: {}",
                    published,
                    failure.toString());
        }
    }

    /// Both interfaces have it; what there is to do is done before the commit.
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {}

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> lost) {
        end(lost, Lane::abandon);
    }

    /// All at the same time, and returns when it is done with all.
    ///
    /// On threads that are made here and find classes where this one does: in an executable jar the
    /// threads of the common pool, which parallel streams use, do not find Kafka's.
    private void end(Collection<TopicPartition> partitions, java.util.function.Consumer<Lane> how) {
        List<Thread> ending = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.remove(partition.partition());
            if (lane != null) {
                ending.add(Thread.ofPlatform().name("ending").start(() -> how.accept(lane)));
            }
        }
        for (Thread each : ending) {
            join(each);
        }
        if (!partitions.isEmpty()) {
            log.info("Gave up {}", numbers(partitions));
        }
    }

    private static void join(Thread ending) {
        try {
            ending.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }

    @Override
    public void pause(int partition) {
        container.pausePartition(new TopicPartition(topics.writes(), partition));
    }

    @Override
    public void resume(int partition) {
        container.resumePartition(new TopicPartition(topics.writes(), partition));
    }

    @Override
    public void rewind(int partition, long offset) {
        rewinds.put(partition, offset);
        rejoin("partition %d is fetched again from %d".formatted(partition, offset));
    }

    /// Once at a time, however many lanes ask.
    @Override
    public void rejoin(String why) {
        if (rejoining.compareAndSet(false, true)) {
            log.warn("Leaves the group and joins it again: {}", why);
            KafkaMessageListenerContainer<byte[], byte[]> stopping = container;
            Thread.ofVirtual()
                    .name("rejoin")
                    .start(() ->
                            stopping.stop(() -> {
                                rejoining.set(false);
                                stopping.start();
                            }));
        }
    }

    @Override
    public ConsumerGroupMetadata group() {
        ConsumerGroupMetadata present = group.get();
        if (present == null) {
            throw new IllegalStateException("The group is not known yet");
        }
        return present;
    }
}
