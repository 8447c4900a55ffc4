package io.reconverge.ingest.topics;

import io.reconverge.service.kafka.Topics;
import java.time.Duration;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin;

/// The worker makes the topics, as it makes the tables.
@Configuration(proxyBeanMethods = false)
class TopicsConfiguration {

    /// A request of the largest size, as a record, with room for what the gateway adds.
    private static final String LARGEST_RECORD = Integer.toString(8 << 20);

    private static final String NEVER = Long.toString(Long.MAX_VALUE);

    @Bean
    KafkaAdmin.NewTopics topicsOfReconverge(Topics names, TopicSettings settings) {
        return new KafkaAdmin.NewTopics(
                topic(names.writes(), settings.partitions(), settings, settings.writesKept())
                        .build(),
                // an answer that is lost is asked for as a receipt, and what is lost ahead of the
                // changes is among them: neither is worth a wait for a disk
                topic(
                                names.results(),
                                settings.resultPartitions(),
                                settings,
                                settings.resultsKept())
                        .config(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, NEVER)
                        .build(),
                topic(names.live(), settings.partitions(), settings, settings.resultsKept())
                        .config(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, NEVER)
                        .build(),
                topic(names.changes(), settings.partitions(), settings, settings.changesKept())
                        .build(),
                topic(names.deadLetters(), 1, settings, Duration.ofDays(30)).build());
    }

    private static TopicBuilder topic(
            String name, int partitions, TopicSettings settings, @Nullable Duration kept) {
        TopicBuilder topic =
                TopicBuilder.name(name)
                        .partitions(partitions)
                        .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, LARGEST_RECORD)
                        .config(
                                TopicConfig.RETENTION_MS_CONFIG,
                                Long.toString(kept == null ? -1 : kept.toMillis()));
        if (settings.replicas() != null) {
            topic.replicas(settings.replicas());
        }
        return topic;
    }
}
