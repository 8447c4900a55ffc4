package io.reconverge.client.cli;

import io.reconverge.wire.WireJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Runs command lines in this process, on a folder of its own, with whatever stdin, environment and
/// terminal a test wants.
final class Terminal {

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";
    private boolean isTerminal;
    private int columns;
    private Surroundings.@Nullable Secrets secrets;
    private Clock clock = Clock.systemUTC();

    Terminal(Path home) {
        this.home = home;
    }

    record Run(int code, String out, String err) {

        /// The one document that it printed.
        JsonNode json() {
            return WireJson.MAPPER.readTree(out);
        }

        JsonNode problem() {
            return WireJson.MAPPER.readTree(err);
        }
    }

    Path home() {
        return home;
    }

    Terminal with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// What the next command reads from stdin.
    Terminal input(String text) {
        input = text;
        return this;
    }

    Terminal asTerminal(int columns) {
        isTerminal = true;
        this.columns = columns;
        return this;
    }

    Terminal typing(String secret) {
        secrets = _ -> secret.toCharArray();
        return this;
    }

    Terminal at(Instant instant) {
        clock = Clock.fixed(instant, ZoneOffset.UTC);
        return this;
    }

    /// With `--home` before what is given.
    Run run(String... arguments) {
        return runAsIs(
                Stream.concat(Stream.of("--home", home.toString()), Arrays.stream(arguments))
                        .toArray(String[]::new));
    }

    Run runAsIs(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings =
                new Surroundings(
                        environment,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        isTerminal,
                        isTerminal,
                        isTerminal,
                        columns,
                        secrets,
                        clock);
        input = "";
        int code = Reconverge.execute(surroundings, arguments);
        return new Run(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// A token that nobody signed: enough for whoever does not check that.
    static String token(String subject, Instant expiry) {
        return "%s.%s.%s"
                .formatted(
                        encoded("{\"alg\":\"none\"}"),
                        encoded(
                                "{\"sub\":\"%s\",\"exp\":%d}"
                                        .formatted(subject, expiry.getEpochSecond())),
                        encoded("signature"));
    }

    static String token(String subject) {
        return token(subject, Instant.now().plusSeconds(3_600));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
