package io.reconverge.service.postgres;

import io.reconverge.service.settings.Bounds;
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

    private static final Bounds BOUNDS = new Bounds("reconverge.database");

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

    public DatabaseSettings {
        BOUNDS.within("connections", connections, 1, 1_000);
        BOUNDS.within("waiting", waiting, 0, 1_000_000);
        BOUNDS.within("connect-timeout", connectTimeout, TIMEOUT_MIN, Duration.ofMinutes(1));
        BOUNDS.within("acquire-timeout", acquireTimeout, TIMEOUT_MIN, Duration.ofMinutes(1));
        BOUNDS.within("statement-timeout", statementTimeout, TIMEOUT_MIN, Duration.ofMinutes(5));
    }
}
