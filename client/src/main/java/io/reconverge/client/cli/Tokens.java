package io.reconverge.client.cli;

import io.reconverge.client.TokenSupplier;
import io.reconverge.client.http.SignedOutException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The token that a command sends: that of the environment, else what the stored command prints,
/// else the stored one.
///
/// What a command printed is kept until a minute before it expires, in the file as well: commands
/// that ask an issuer are slow.
final class Tokens implements TokenSupplier {

    static final String VARIABLE = "RECONVERGE_TOKEN";

    private static final long SPARE_MILLIS = 60_000;
    private static final int COMMAND_TIMEOUT_SECONDS = 60;

    private final Home home;
    private final Surroundings surroundings;
    private @Nullable String last;

    Tokens(Home home, Surroundings surroundings) {
        this.home = home;
        this.surroundings = surroundings;
    }

    /// The token that would be sent now, as it is; null where nobody is signed in.
    ///
    /// @throws IOException where the command failed
    @Override
    public synchronized @Nullable String token() throws IOException {
        String fromEnvironment = surroundings.environment().getOrDefault(VARIABLE, "").strip();
        if (!fromEnvironment.isEmpty()) {
            return fromEnvironment;
        }
        String command = home.config().tokenCommand();
        if (command == null) {
            return home.storedToken().orElse(null);
        }
        if (last == null) {
            last = home.storedToken().orElse(null);
        }
        if (last == null || !isGood(last)) {
            last = run(command);
            home.storeToken(last);
        }
        return last;
    }

    /// The same, read; empty where nobody is signed in.
    ///
    /// @throws SignedOutException where there is something that is no token
    Optional<Token> current() throws IOException, SignedOutException {
        String text = token();
        return text == null ? Optional.empty() : Optional.of(Token.of(text));
    }

    private boolean isGood(String text) {
        try {
            return Token.of(text).isGoodAt(surroundings.clock().millis() + SPARE_MILLIS);
        } catch (SignedOutException e) {
            return false;
        }
    }

    /// The first line that a shell command prints.
    String run(String command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(surroundings.environment());
        Process process = builder.start();
        CompletableFuture.delayedExecutor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .execute(process::destroyForcibly);
        try (BufferedReader printed = process.inputReader(StandardCharsets.UTF_8)) {
            process.getOutputStream().close();
            String line = printed.readLine();
            int code = process.waitFor();
            if (code != 0 || line == null || line.isBlank()) {
                throw new IOException(
                        "the token command gave no token, and ended with %d: %s"
                                .formatted(code, command));
            }
            return line.strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the token command", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
