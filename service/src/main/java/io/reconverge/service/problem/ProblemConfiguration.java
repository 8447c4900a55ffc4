package io.reconverge.service.problem;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
public class ProblemConfiguration {

    @Bean
    ProblemWriter problemWriter(ObjectProvider<ProblemDialect> dialects) {
        return new ProblemWriter(dialects.orderedStream().toList());
    }

    /// Before Spring Boot's own, which is at -1.
    @Bean
    @Order(-2)
    ProblemHandler problemHandler(ProblemWriter writer) {
        return new ProblemHandler(writer);
    }
}
