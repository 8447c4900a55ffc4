package io.reconverge.ingest.apply;

import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.reconverge.ingest.IngestSettings;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What each connection of a worker asks of Postgres.
@Configuration(proxyBeanMethods = false)
class SessionConfiguration {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// Every statement of a batch looks up known keys of arrays that it brings along, so the plan
    /// is always the same walk along an index; without statistics, or with those of an empty table,
    /// Postgres would plan scans, and plan again for each batch.
    @Bean
    ConnectionFactoryOptionsBuilderCustomizer sessionOptions(IngestSettings settings) {
        Map<String, String> options =
                Map.of(
                        "application_name", "reconverge-ingest-worker",
                        "statement_timeout", millis(settings.patience()),
                        "idle_in_transaction_session_timeout", millis(settings.standstill()),
                        "plan_cache_mode", "force_generic_plan",
                        "enable_seqscan", "off",
                        "enable_hashjoin", "off",
                        "enable_mergejoin", "off",
                        "jit", "off");
        return builder ->
                builder.option(PostgresqlConnectionFactoryProvider.OPTIONS, options)
                        .option(PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE, true)
                        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, CONNECT);
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
