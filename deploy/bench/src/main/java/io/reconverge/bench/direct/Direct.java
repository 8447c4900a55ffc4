package io.reconverge.bench.direct;

import io.reconverge.parts.Database;
import io.reconverge.parts.Ports;
import io.reconverge.parts.Tokens;
import io.reconverge.parts.fleet.Fleet;
import io.reconverge.parts.fleet.Member;
import java.util.List;

/// The alternative in a process of its own, on the fleet's PostgreSQL.
public final class Direct {
    public static final String NAME = "direct";

    private Direct() {}

    /// Returns once it answers.
    ///
    /// @param jvm options of its JVM
    /// @param pool connections to PostgreSQL, all open from the start
    public static Member start(Fleet fleet, List<String> jvm, int pool) {
        Database database = fleet.database();
        Tokens tokens = fleet.tokens();
        DirectTables.create(database);
        int port = Ports.free();
        return fleet.startBeside(
                NAME,
                port,
                jvm,
                DirectApplication.class,
                List.of(
                        "--server.address=127.0.0.1",
                        "--server.port=" + port,
                        "--spring.main.banner-mode=off",
                        "--spring.main.web-application-type=reactive",
                        "--spring.r2dbc.url=%s?schema=%s"
                                .formatted(database.r2dbcUrl(), DirectTables.SCHEMA),
                        "--spring.r2dbc.username=" + database.user(),
                        "--spring.r2dbc.password=" + database.password(),
                        "--spring.r2dbc.pool.initial-size=" + pool,
                        "--spring.r2dbc.pool.max-size=" + pool,
                        "--reconverge.direct.issuer=" + tokens.issuer(),
                        "--reconverge.direct.jwks-uri=" + tokens.jwksUri(),
                        "--reconverge.direct.audience=" + Tokens.AUDIENCE));
    }
}
