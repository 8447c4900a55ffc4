package io.reconverge.gateway;

import io.reconverge.service.write.WriteConfiguration;
import java.time.Clock;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The one origin of clients: authenticates them, checks their writes and puts them on Kafka, and
/// passes their reads on to the change feed, and media to the media service. Keeps nothing of its
/// own: any number of gateways can stand side by side.
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@Import(WriteConfiguration.class)
public class GatewayApplication {

    public static void main(String[] arguments) {
        start(arguments);
    }

    /// @param arguments settings as on a command line, over those of `gateway.yml`
    public static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(GatewayApplication.class)
                .web(WebApplicationType.REACTIVE)
                .properties("spring.config.name=gateway")
                .run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
