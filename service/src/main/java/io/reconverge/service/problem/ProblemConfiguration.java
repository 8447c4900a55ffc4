package io.reconverge.service.problem;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
public class ProblemConfiguration {

    @Bean
    ProblemWriter problemWriter() {
        return new ProblemWriter();
    }

    /// Before Spring Boot's own, which is at -1.
    @Bean
    @Order(-2)
    ProblemHandler problemHandler(ProblemWriter writer) {
        return new ProblemHandler(writer);
    }
}
