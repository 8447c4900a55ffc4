package io.reconverge.ingest.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class RetentionConfiguration {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    @Bean
    Retention retention(ConnectionFactory connections, RetentionSettings settings) {
        return new Retention(DatabaseClient.create(connections), settings);
    }

    @Bean
    SchedulingConfigurer sweeps(
            Retention retention, RetentionSettings settings, MeterRegistry registry) {
        Counter removed =
                Counter.builder("reconverge.ingest.retention.removed")
                        .description("Rows that were past their time")
                        .register(registry);
        InstantSource clock = InstantSource.system();
        return tasks ->
                tasks.addFixedDelayTask(
                        () ->
                                retention
                                        .sweep(clock.millis())
                                        .doOnNext(removed::increment)
                                        .doOnError(failure ->
                                                log.warn("A sweep failed: {}", failure.toString()))
                                        .onErrorComplete()
                                        .block(),
                        settings.every());
    }
}
