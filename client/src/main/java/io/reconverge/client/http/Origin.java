package io.reconverge.client.http;

import io.reconverge.client.TokenSupplier;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;

/// The one server that a client talks to, and as whom.
///
/// Each request bears a token that is asked for anew; `owns` says whether its `sub` is the one
/// whose data this is, so that one person's changes are never sent as another's. Safe for many
/// threads.
public final class Origin {

    private final URI base;
    private final HttpClient http;
    private final TokenSupplier tokens;
    private final Predicate<String> owns;
    private final Duration timeout;

    /// @param base such as `https://sync.example.org`, with a path or without
    /// @param owns told a token's `sub`
    /// @param timeout of a request that [#request] makes, to its answer's head
    public Origin(
            URI base,
            HttpClient http,
            TokenSupplier tokens,
            Predicate<String> owns,
            Duration timeout) {
        if (base.getHost() == null
                || !("http".equals(base.getScheme()) || "https".equals(base.getScheme()))) {
            throw new IllegalArgumentException(
                    "a server is http://… or https://…, and not " + base);
        }
        this.base = base;
        this.http = http;
        this.tokens = tokens;
        this.owns = owns;
        this.timeout = timeout;
    }

    public URI base() {
        return base;
    }

    public HttpClient http() {
        return http;
    }

    /// A request with a token.
    ///
    /// @param path below the base, encoded, beginning with a slash; or a whole URI of this origin
    /// @throws SignedOutException where there is no token, or another person's
    /// @throws IOException where none could be had
    public HttpRequest.Builder request(String path) throws SignedOutException, IOException {
        return HttpRequest.newBuilder(resolve(path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + token());
    }

    private URI resolve(String path) throws IOException {
        if (path.startsWith("/")) {
            String prefix = base.getRawPath().replaceFirst("/+$", "");
            return base.resolve(prefix + path);
        }
        URI whole = URI.create(path);
        if (!base.getScheme().equals(whole.getScheme())
                || !base.getRawAuthority().equals(whole.getRawAuthority())) {
            throw new IOException("a token must not be sent elsewhere: " + whole.getRawAuthority());
        }
        return whole;
    }

    private String token() throws SignedOutException, IOException {
        String token;
        try {
            token = tokens.token();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a token", e);
        } catch (Exception e) {
            throw new IOException("no token could be had: " + e.getMessage(), e);
        }
        if (token == null) {
            throw new SignedOutException("nobody is signed in");
        }
        if (!owns.test(subjectOf(token))) {
            throw new SignedOutException("the data here is another person's");
        }
        return token;
    }

    /// The `sub` of a JWT. What it says is checked by the server alone.
    ///
    /// @throws SignedOutException where this is none
    public static String subjectOf(String token) throws SignedOutException {
        String[] parts = token.split("\\.", -1);
        if (parts.length == 3) {
            try {
                byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
                String subject =
                        WireJson.MAPPER
                                .readTree(new String(claims, StandardCharsets.UTF_8))
                                .path("sub")
                                .asString("");
                if (!subject.isEmpty()) {
                    return subject;
                }
            } catch (IllegalArgumentException | JacksonException e) {
                throw new SignedOutException("this is no access token: its claims cannot be read");
            }
        }
        throw new SignedOutException("this is no access token: a JWT with a `sub` is needed");
    }
}
