package io.reconverge.media.upload;

import io.micrometer.core.instrument.MeterRegistry;
import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Postgres;
import io.reconverge.service.write.EntityRules;
import io.reconverge.service.write.Writes;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

@Configuration(proxyBeanMethods = false)
class UploadConfiguration {

    private static final Logger log = LoggerFactory.getLogger(Finisher.class);

    private static final Duration FINISH_EVERY = Duration.ofSeconds(2);

    @Bean
    Uploads uploads(Postgres postgres, UploadSettings settings) {
        return new Uploads(postgres, settings);
    }

    @Bean
    UploadBytes uploadBytes(Postgres postgres, UploadSettings settings) {
        return new UploadBytes(postgres, settings);
    }

    @Bean
    Buffers buffers(UploadSettings settings, MeterRegistry meters) {
        return new Buffers(settings, meters);
    }

    @Bean
    Uploading uploading(
            Uploads uploads,
            UploadBytes bytes,
            Buffers buffers,
            Bucket bucket,
            Writes writes,
            EntityRules rules,
            UploadSettings settings,
            Clock clock,
            MeterRegistry meters) {
        return new Uploading(
                uploads,
                bytes,
                buffers,
                bucket,
                new Announcer(writes, uploads, clock),
                rules,
                settings,
                clock,
                meters);
    }

    @Bean
    SchedulingConfigurer finishing(Uploads uploads, Uploading uploading, Buffers buffers) {
        Finisher finisher = new Finisher(uploads, uploading, buffers);
        return tasks ->
                tasks.addFixedDelayTask(
                        () ->
                                finisher.pass()
                                        .doOnError(failure ->
                                                log.warn(
                                                        "Uploads cannot be finished: {}",
                                                        failure.toString()))
                                        .onErrorComplete()
                                        .block(),
                        FINISH_EVERY);
    }
}
