package io.reconverge.ingest.lane;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.entities.EntitySchemas;
import io.reconverge.ingest.IngestSettings;
import io.reconverge.ingest.apply.Applied;
import io.reconverge.ingest.apply.Applier;
import io.reconverge.ingest.apply.Eraser;
import io.reconverge.ingest.apply.Session;
import io.reconverge.ingest.decide.Rules;
import io.reconverge.ingest.publish.ChangePublisher;
import io.reconverge.ingest.publish.LiveSender;
import io.reconverge.ingest.publish.MembershipNews;
import io.reconverge.ingest.publish.ResultSender;
import io.reconverge.service.entities.EntitySettings;
import io.reconverge.service.kafka.Topics;
import io.reconverge.wire.JsonObject;
import io.reconverge.wire.OnConflict;
import io.reconverge.wire.Violation;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EntitySettings.class)
class LaneConfiguration {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// How soon the consumer notices that a lane has room again.
    private static final long POLL_MILLIS = 100;

    private static final Duration RETRY_AUTHORIZATION = Duration.ofSeconds(10);

    @Bean
    Rules rules(EntitySettings settings) {
        EntitySchemas schemas = settings.load();
        return new Rules() {
            @Override
            public OnConflict onConflict(String type) {
                return schemas.onConflict(type);
            }

            @Override
            public List<Violation> check(String type, JsonObject data) {
                return schemas.check(type, data);
            }
        };
    }

    @Bean
    Applier applier(Rules rules) {
        return new Applier(rules, InstantSource.system(), LaneConfiguration::epoch);
    }

    @Bean
    Eraser eraser() {
        return new Eraser(InstantSource.system(), LaneConfiguration::epoch);
    }

    private static long epoch() {
        return RANDOM.nextLong() | 1;
    }

    @Bean
    LaneMetrics laneMetrics(MeterRegistry registry) {
        return new LaneMetrics(registry);
    }

    @Bean
    GroupCommit<Applier.Part, Applied> groupCommit(
            IngestSettings settings,
            ConnectionFactory connections,
            Applier applier,
            LaneMetrics metrics) {
        return new GroupCommit<>(
                settings.atOnce(),
                part -> Committing.share(part, settings),
                () ->
                        new Committing(
                                applier, metrics, new Session(connections, settings.patience())));
    }

    @Bean
    ChangePublisher changePublisher(
            IngestSettings settings,
            ProducerFactory<byte[], byte[]> producers,
            Admin admin,
            Topics topics) {
        String worker =
                Objects.requireNonNullElseGet(settings.instanceId(), UUID.randomUUID()::toString);
        return new ChangePublisher(producers.getConfigurationProperties(), admin, topics, worker);
    }

    @Bean
    Lanes lanes(
            IngestSettings settings,
            ConnectionFactory connections,
            Applier applier,
            Eraser eraser,
            KafkaTemplate<byte[], byte[]> kafka,
            ChangePublisher publisher,
            Admin admin,
            Topics topics,
            LaneMetrics metrics,
            GroupCommit<Applier.Part, Applied> commits,
            MeterRegistry registry) {
        ResultSender results = new ResultSender(kafka, topics);
        LiveSender live = new LiveSender(kafka, topics, settings.liveChanges());
        MembershipNews news = new MembershipNews(kafka, topics);
        WritesTopic topic = new WritesTopic(admin, topics.writes());
        Lanes lanes =
                new Lanes(
                        fetching ->
                                new Lane.Parts(
                                        settings,
                                        connections,
                                        applier,
                                        eraser,
                                        results,
                                        live,
                                        news,
                                        fetching,
                                        topic,
                                        commits,
                                        new PublishStage(
                                                settings, publisher, news, metrics, fetching),
                                        metrics),
                        publisher,
                        topics);
        Gauge.builder("reconverge.ingest.waiting", lanes, Lanes::waiting)
                .description("Records fetched and not yet applied")
                .register(registry);
        Gauge.builder("reconverge.ingest.partitions", lanes, Lanes::assigned)
                .description("Partitions that this worker has")
                .register(registry);
        return lanes;
    }

    @Bean
    KafkaMessageListenerContainer<byte[], byte[]> writes(
            ConsumerFactory<byte[], byte[]> consumers,
            IngestSettings settings,
            Topics topics,
            Lanes lanes) {
        ContainerProperties properties = new ContainerProperties(topics.writes());
        properties.setGroupId(topics.workerGroup());
        properties.setMessageListener(lanes);
        properties.setConsumerRebalanceListener(lanes);
        // offsets are committed by the publishers, in their transactions
        properties.setAckMode(ContainerProperties.AckMode.MANUAL);
        properties.setPollTimeout(POLL_MILLIS);
        properties.setAuthExceptionRetryInterval(RETRY_AUTHORIZATION);
        properties.setMissingTopicsFatal(false);
        if (settings.instanceId() != null) {
            properties
                    .getKafkaConsumerProperties()
                    .setProperty(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instanceId());
        }
        var container = new KafkaMessageListenerContainer<>(consumers, properties);
        container.setBeanName("writes");
        lanes.runIn(container);
        return container;
    }
}
