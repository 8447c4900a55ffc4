package io.reconverge.gateway.body;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class BodyConfiguration {

    private static final int QUEUED_BODIES_MAX = 1_000;

    @Bean
    InFlightBytes inFlightBytes(BodySettings settings, MeterRegistry meters) {
        InFlightBytes budget = new InFlightBytes(settings.inFlightMax());
        Gauge.builder("reconverge.gateway.in.flight", budget, InFlightBytes::held)
                .baseUnit(BaseUnits.BYTES)
                .description("Bytes of bodies and results held for requests in hand")
                .register(meters);
        return budget;
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 10)
    InFlightFilter inFlightFilter(InFlightBytes budget) {
        return new InFlightFilter(budget);
    }

    @Bean(destroyMethod = "dispose")
    Scheduler bodyWorkers() {
        return Schedulers.newBoundedElastic(
                Runtime.getRuntime().availableProcessors(), QUEUED_BODIES_MAX, "body");
    }

    @Bean
    Bodies bodies(BodySettings settings, Scheduler bodyWorkers) {
        return new Bodies(settings.bodyTimeout(), bodyWorkers);
    }
}
