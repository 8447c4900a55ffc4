package io.reconverge.ingest;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

@SpringBootApplication
@ConfigurationPropertiesScan
public class IngestWorkerApplication {

    /// The file of defaults in this module: `ingest-worker.yml`.
    public static final String NAME = "ingest-worker";

    public static void main(String[] arguments) {
        new SpringApplicationBuilder(IngestWorkerApplication.class)
                .properties("spring.config.name=" + NAME)
                .run(arguments);
    }
}
