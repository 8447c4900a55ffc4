package io.reconverge.service.postgres;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Statement;
import io.reconverge.service.access.SpaceAccess;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

/// For services that read PostgreSQL in their requests; they import this.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
public class PostgresConfiguration {

    /// Nearly every statement walks an index in its order and stops at a limit. A planner that does
    /// not know the limit, or has no statistics yet, may think that fetching all and sorting is
    /// cheaper; and one that is asked each time takes longer than the answer.
    private static final Map<String, String> SESSION =
            Map.of(
                    "plan_cache_mode", "force_generic_plan",
                    "enable_sort", "off",
                    "enable_bitmapscan", "off",
                    "jit", "off");

    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionFactory(
            R2dbcConnectionDetails details,
            DatabaseSettings settings,
            @Value("${spring.application.name}") String application) {
        ConnectionFactory postgres =
                ConnectionFactories.get(
                        ConnectionFactoryOptions.builder()
                                .from(details.getConnectionFactoryOptions())
                                .option(
                                        ConnectionFactoryOptions.CONNECT_TIMEOUT,
                                        settings.connectTimeout())
                                .option(
                                        PostgresqlConnectionFactoryProvider.STATEMENT_TIMEOUT,
                                        settings.statementTimeout())
                                .option(
                                        PostgresqlConnectionFactoryProvider.APPLICATION_NAME,
                                        "reconverge-" + application)
                                .option(PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE, true)
                                // as text, the driver reads bytes with a regular expression
                                .option(PostgresqlConnectionFactoryProvider.FORCE_BINARY, true)
                                .option(PostgresqlConnectionFactoryProvider.OPTIONS, SESSION)
                                .build());
        return new ConnectionPool(
                ConnectionPoolConfiguration.builder(postgres)
                        .initialSize(0)
                        .maxSize(settings.connections())
                        .maxAcquireTime(settings.acquireTimeout())
                        // after an outage every connection may be a dead one
                        .acquireRetry(settings.connections())
                        .maxCreateConnectionTime(settings.connectTimeout())
                        .maxIdleTime(Duration.ofMinutes(10))
                        .maxLifeTime(Duration.ofMinutes(30))
                        .customizer(pool -> pool.maxPendingAcquire(settings.waiting()))
                        .build());
    }

    @Bean
    DatabaseClient databaseClient(ConnectionPool connections, MeterRegistry meters) {
        Counter statements =
                Counter.builder("reconverge.database.statements")
                        .description("Statements sent to PostgreSQL")
                        .register(meters);
        return DatabaseClient.builder()
                .connectionFactory(connections)
                .namedParameters(false)
                .executeFunction((Statement statement) -> {
                    statements.increment();
                    return statement.execute();
                })
                .build();
    }

    @Bean
    Postgres postgres(DatabaseClient client, DatabaseSettings settings) {
        return new Postgres(client, settings);
    }

    @Bean
    SpaceAccess spaceAccess(Postgres postgres) {
        return new SpaceAccess(postgres);
    }
}
