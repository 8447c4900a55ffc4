package io.reconverge.bench.direct;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/// The obvious alternative: each request is checked as the gateway checks it, and written to
/// PostgreSQL at once, in one statement that is one transaction. No queue, no worker.
@SpringBootApplication
@EnableConfigurationProperties(DirectSettings.class)
public class DirectApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(DirectApplication.class, arguments);
    }
}
