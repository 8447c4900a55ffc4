package io.reconverge.media.sweep;

import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import io.reconverge.media.storage.Bucket;
import io.reconverge.service.postgres.Postgres;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class SweepConfiguration {

    /// Whoever has started the service on the wrong database has so long to notice it.
    private static final Duration FIRST_PATROL = Duration.ofHours(1);

    static final int GARBAGE_TURN = 0x6d656761;
    static final int PATROL_TURN = 0x6d657061;

    @Bean
    SweepMeters sweepMeters(MeterRegistry registry, Clock clock) {
        return new SweepMeters(registry, clock);
    }

    @Bean
    BlobSweep blobSweep(
            Postgres postgres,
            TransactionalOperator transactions,
            SweepSettings settings,
            SweepMeters meters) {
        return new BlobSweep(postgres, transactions, settings, meters);
    }

    @Bean
    UploadSweep uploadSweep(
            Postgres postgres,
            TransactionalOperator transactions,
            SweepSettings settings,
            SweepMeters meters) {
        return new UploadSweep(postgres, transactions, settings, meters);
    }

    @Bean
    GarbageSweep garbageSweep(
            Postgres postgres,
            Bucket bucket,
            ConnectionFactory connections,
            SweepSettings settings,
            SweepMeters meters) {
        return new GarbageSweep(
                postgres, bucket, new Turn(connections, GARBAGE_TURN), settings, meters);
    }

    @Bean
    Patrol patrol(
            Postgres postgres,
            Bucket bucket,
            ConnectionFactory connections,
            SweepSettings settings,
            SweepMeters meters) {
        return new Patrol(postgres, bucket, new Turn(connections, PATROL_TURN), settings, meters);
    }

    @Bean
    SchedulingConfigurer sweeps(
            BlobSweep blobs,
            UploadSweep uploads,
            GarbageSweep garbage,
            Patrol patrol,
            SweepSettings settings,
            SweepMeters meters,
            Clock clock) {
        Duration firstPatrol =
                FIRST_PATROL.compareTo(settings.patrolEvery()) < 0
                        ? FIRST_PATROL
                        : settings.patrolEvery();
        return tasks -> {
            tasks.addFixedDelayTask(
                    () -> {
                        run("blobs", blobs.sweep(clock.millis()), meters);
                        run("uploads", uploads.sweep(clock.millis()), meters);
                        run("garbage", garbage.sweep(clock.millis()), meters);
                        run("garbage", garbage.measure(clock.millis()), meters);
                    },
                    settings.every());
            tasks.addFixedDelayTask(
                    new FixedDelayTask(
                            () -> run("patrol", patrol.walk(clock.millis()), meters),
                            settings.patrolEvery(),
                            firstPatrol));
        };
    }

    private static void run(String pass, Mono<?> work, SweepMeters meters) {
        work.doOnError(failure -> meters.failed(pass, failure)).onErrorComplete().block();
    }
}
