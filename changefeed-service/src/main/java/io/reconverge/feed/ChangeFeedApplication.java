package io.reconverge.feed;

import io.reconverge.service.postgres.PostgresConfiguration;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// Serves what changed since a cursor.
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(PostgresConfiguration.class)
public class ChangeFeedApplication {

    public static void main(String[] arguments) {
        start(arguments);
    }

    /// Returns once it serves requests.
    ///
    /// @param arguments as on the command line: `--name=value`
    public static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(ChangeFeedApplication.class)
                .properties("spring.config.name=changefeed-service")
                .run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
