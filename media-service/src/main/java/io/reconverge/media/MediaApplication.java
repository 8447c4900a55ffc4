package io.reconverge.media;

import io.reconverge.service.postgres.PostgresConfiguration;
import io.reconverge.service.write.WriteConfiguration;
import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/// Keeps media: their bytes in S3-compatible storage, their entities where all entities are.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Import({PostgresConfiguration.class, WriteConfiguration.class})
public class MediaApplication {

    public static void main(String[] arguments) {
        start(arguments);
    }

    /// Returns once it serves requests.
    ///
    /// @param arguments as on the command line: `--name=value`
    public static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(MediaApplication.class)
                .properties("spring.config.name=media-service")
                .run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
