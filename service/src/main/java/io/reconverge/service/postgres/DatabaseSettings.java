package io.reconverge.service.postgres;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How PostgreSQL is asked; where it is, and as whom, is under `spring.r2dbc`.
///
/// @param connections open at once
/// @param waiting requests that wait for a connection at once; beyond them: 503
/// @param connectTimeout for a connection to be made
/// @param acquireTimeout for a connection to be free
/// @param statementTimeout for a statement to be answered
@ConfigurationProperties("reconverge.database")
public record DatabaseSettings(
        @DefaultValue("10") int connections,
        @DefaultValue("1000") int waiting,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("3s") Duration acquireTimeout,
        @DefaultValue("10s") Duration statementTimeout) {

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

    public DatabaseSettings {
        within("connections", connections, 1, 1_000);
        within("waiting", waiting, 0, 1_000_000);
        within("connect-timeout", connectTimeout, TIMEOUT_MIN, Duration.ofMinutes(1));
        within("acquire-timeout", acquireTimeout, TIMEOUT_MIN, Duration.ofMinutes(1));
        within("statement-timeout", statementTimeout, TIMEOUT_MIN, Duration.ofMinutes(5));
    }

    private static <T extends Comparable<T>> void within(String name, T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "reconverge.database.%s must be %s..%s, was %s"
                            .formatted(name, min, max, value));
        }
    }
}
