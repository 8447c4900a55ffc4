package io.reconverge.gateway.write;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.entities.EntitySchemas;
import io.reconverge.service.kafka.Topics;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.ProducerListener;

@Configuration(proxyBeanMethods = false)
class WriteConfiguration {

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
    KafkaTemplate<String, byte[]> writesTemplate(ProducerFactory<String, byte[]> producers) {
        KafkaTemplate<String, byte[]> template = new NonBlockingTemplate(producers);
        template.setObservationEnabled(true);
        template.setProducerListener(new SilentListener());
        return template;
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
            MeterRegistry meters) {
        return new Writes(
                template, topics.writes(), results, waiting, new WriteMeters(meters, waiting));
    }

    @Bean
    EntityRules entityRules(EntitySettings settings) {
        return new EntityRules(
                EntitySchemas.load(settings.schemasFolder(), settings.unknownTypes()));
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

    /// The default one logs the payload, which is the users' data.
    private static final class SilentListener implements ProducerListener<String, byte[]> {
        @Override
        public void onError(
                ProducerRecord<String, byte[]> record,
                @Nullable RecordMetadata metadata,
                Exception failure) {
            // the sender is told, and logs it
        }
    }
}
