package io.reconverge.client.http;

import io.reconverge.client.TokenSupplier;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/// The one server that a client talks to, and as whom.
///
/// Each request bears a token that is asked for anew; `owns` says whether its `sub` is the one
/// whose data this is, so that one person's changes are never sent as another's. Safe for many
/// threads.
public final class Origin {

    private static final Pattern HEADER_SAFE = Pattern.compile("[\\x21-\\x7e]+");

    private final URI base;
    private final HttpClient http;
    private final TokenSupplier tokens;
    private final Predicate<String> owns;
    private final Duration timeout;

    /// @param base such as `https://sync.example.org`, with a path or without
    /// @param http must not follow redirects: [#httpClient]
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
        if (http.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "a client that follows redirects would take the token elsewhere");
        }
        this.base = base;
        this.http = http;
        this.tokens = tokens;
        this.owns = owns;
        this.timeout = timeout;
    }

    /// An HTTP client that an origin takes.
    public static HttpClient httpClient(Duration connectTimeout) {
        return HttpClient.newBuilder()
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public URI base() {
        return base;
    }

    public HttpClient http() {
        return http;
    }

    Duration timeout() {
        return timeout;
    }

    /// A text as one segment of a path, or as a value in a query. Dots too are encoded, since an id
    /// may be `..`, which would be taken for a step up.
    public static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }

    /// A request with a token, over HTTP/1.1: the way up from there to HTTP/2 costs cleartext
    /// connections a round trip, and sync has one request in the air at a time.
    ///
    /// @param path below the base, encoded, beginning with a slash; or a whole URI of this origin
    /// @throws SignedOutException where there is no token, or another person's
    /// @throws IOException where none could be had
    public HttpRequest.Builder request(String path) throws SignedOutException, IOException {
        return HttpRequest.newBuilder(resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(timeout)
                .header("Authorization", "Bearer " + token());
    }

    /// Sends a request, and returns when the answer's head is there.
    HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IllegalArgumentException e) {
            // what the JDK's client makes of some heads, such as of a length that is no number
            throw new IOException("the answer's head cannot be read: " + e.getMessage(), e);
        }
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
        // a header that cannot be made is shown, token and all, in the exception that says so
        if (!HEADER_SAFE.matcher(token).matches()) {
            throw new SignedOutException("this is no access token: it has odd characters");
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
