package io.reconverge.service.write;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.service.entities.EntitySettings;
import io.reconverge.service.kafka.Topics;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.ProducerListener;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({EntitySettings.class, WriteSettings.class})
public class WriteConfiguration {

    @Bean
    Waiting waiting(WriteSettings settings) {
        return new Waiting(settings.waitingMax());
    }

    @Bean
    ResultsReader resultsReader(
            ConsumerFactory<String, byte[]> consumers,
            Topics topics,
            WriteSettings settings,
            Waiting waiting) {
        return new ResultsReader(consumers, topics.results(), settings.resultsPartition(), waiting);
    }

    @Bean
    ResultsHealthIndicator resultsHealthIndicator(ResultsReader reader) {
        return new ResultsHealthIndicator(reader);
    }

    @Bean
    KafkaTemplate<String, byte[]> writesTemplate(
            ProducerFactory<String, byte[]> producers, ProducerListener<Object, Object> listener) {
        KafkaTemplate<String, byte[]> template = new NonBlockingTemplate(producers);
        template.setObservationEnabled(true);
        template.setProducerListener(heard(listener));
        return template;
    }

    /// A listener to records of any kind can listen to these.
    @SuppressWarnings("unchecked")
    private static ProducerListener<String, byte[]> heard(
            ProducerListener<Object, Object> listener) {
        return (ProducerListener<String, byte[]>) (ProducerListener<?, ?>) listener;
    }

    @Bean
    WritesWarmUp writesWarmUp(KafkaTemplate<String, byte[]> template, Topics topics) {
        return new WritesWarmUp(template, topics.writes());
    }

    @Bean
    Writes writes(
            KafkaTemplate<String, byte[]> template,
            Topics topics,
            ResultsReader results,
            Waiting waiting,
            WriteSettings settings,
            MeterRegistry meters) {
        return new Writes(
                template,
                topics.writes(),
                results,
                waiting,
                new Bursts(settings.restMax(), Schedulers.parallel()),
                new WriteMeters(meters, waiting));
    }

    @Bean
    EntityRules entityRules(EntitySettings settings) {
        return new EntityRules(settings.load());
    }

    /// The observation of a send asks for the cluster's id, which blocks the sender, an event loop,
    /// for as long as no broker answers.
    private static final class NonBlockingTemplate extends KafkaTemplate<String, byte[]> {
        NonBlockingTemplate(ProducerFactory<String, byte[]> producers) {
            super(producers);
        }

        @Override
        protected @Nullable String clusterId() {
            return null;
        }
    }
}
