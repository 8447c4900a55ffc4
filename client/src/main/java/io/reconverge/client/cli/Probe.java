package io.reconverge.client.cli;

import io.reconverge.client.http.Origin;
import io.reconverge.client.http.Server;
import io.reconverge.client.http.SignedOutException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/// One look at a server with a token that is not stored yet, or may be another person's.
final class Probe {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Probe() {}

    /// @throws IOException where it cannot be reached, or refuses
    /// @throws SignedOutException where it does not take the token
    static Server.Reached reach(URI server, Token token) throws IOException, SignedOutException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            return new Server(new Origin(server, http, token::text, _ -> true, TIMEOUT)).reach();
        }
    }
}
