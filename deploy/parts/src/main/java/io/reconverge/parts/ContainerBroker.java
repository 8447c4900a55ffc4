package io.reconverge.parts;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.kafka.KafkaContainer;

/// Apache Kafka's own image.
final class ContainerBroker implements Broker {
    private static final String IMAGE = "apache/kafka:4.2.1";
    private static final int PORT_INSIDE = 9092;

    private final KafkaContainer container;
    private final ContainerPart part;

    private ContainerBroker(KafkaContainer container, ContainerPart part) {
        this.container = container;
        this.part = part;
    }

    static ContainerBroker run() {
        var container =
                new KafkaContainer(IMAGE)
                        .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                        .withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4")
                        .withEnv("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4")
                        .withEnv(
                                "KAFKA_MESSAGE_MAX_BYTES",
                                Integer.toString(EmbeddedBroker.LARGEST_BATCH_BYTES))
                        .withEnv(
                                "KAFKA_REPLICA_FETCH_MAX_BYTES",
                                Integer.toString(EmbeddedBroker.LARGEST_BATCH_BYTES));
        return new ContainerBroker(
                container,
                ContainerPart.start(
                        container, PORT_INSIDE, () -> nodes(container.getBootstrapServers())));
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void start() {
        part.start();
    }

    @Override
    public void stop() {
        part.stop();
    }

    @Override
    public void close() {
        part.close();
    }

    private static Object nodes(String bootstrapServers) throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "default.api.timeout.ms",
                        "2000",
                        "request.timeout.ms",
                        "2000");
        try (Admin admin = Admin.create(settings)) {
            return admin.describeCluster().nodes().get(3, TimeUnit.SECONDS);
        }
    }
}
