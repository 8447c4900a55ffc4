package io.reconverge.feed.postgres;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The feed's connections to PostgreSQL. Where it is, and as whom, is under `spring.r2dbc`.
///
/// @param connections open at once
/// @param waiting requests that wait for a connection at once; beyond them: 503
/// @param connectTimeout for a connection to be made
/// @param acquireTimeout for a connection to be free
/// @param statementTimeout for a statement to be answered
@ConfigurationProperties("reconverge.feed.database")
record DatabaseSettings(
        @DefaultValue("10") int connections,
        @DefaultValue("1000") int waiting,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("3s") Duration acquireTimeout,
        @DefaultValue("10s") Duration statementTimeout) {

    DatabaseSettings {
        within("connections", connections, 1, 1_000);
        within("waiting", waiting, 0, 1_000_000);
        within("connect-timeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        within("acquire-timeout", acquireTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        within("statement-timeout", statementTimeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    }

    private static <T extends Comparable<T>> void within(String name, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.feed.database.%s must be %s..%s, was %s"
                            .formatted(name, min, max, value));
        }
    }
}
