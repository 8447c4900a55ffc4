package io.reconverge.client.cli;

import io.reconverge.client.http.ProblemException;
import io.reconverge.client.http.SignedOutException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        description = {
            "Say which server and who you are. The folder is yours from then on.",
            "A token is never an argument, for all can see those: it is asked for, unless an option says where it is."
        })
final class LoginCommand extends Subcommand {

    private static final int TOKEN_MAX_BYTES = 64 * 1024;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Such as https://sync.example.org. Kept: needed the first time.")
    private @Nullable URI server;

    @ArgGroup(exclusive = true)
    private @Nullable Source source;

    static final class Source {
        @Option(
                names = "--token-stdin",
                required = true,
                description = "Read the token from stdin.")
        private boolean stdin;

        @Option(
                names = "--token-file",
                required = true,
                paramLabel = "FILE",
                description = "Read the token from a file, now.")
        private @Nullable Path file;

        @Option(
                names = "--token-command",
                required = true,
                paramLabel = "CMD",
                description =
                        "A shell command that prints a token. Kept, and run whenever the last token is about to expire.")
        private @Nullable String command;
    }

    /// @param checked whether the server took the token; false where it could not be reached
    record LoginDocument(
            String subject,
            URI server,
            String home,
            String deviceId,
            @Nullable Long expiresAt,
            boolean checked) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Home home = context.home();
        home.make();
        Home.Config before = home.config();
        URI server = checked(this.server == null ? before.server() : this.server);
        String command = source == null ? null : source.command;
        Token token = Token.of(read(context, command));
        long now = context.nowMillis();
        if (!token.isGoodAt(now)) {
            throw new Failure(
                    ExitCode.SIGNED_OUT,
                    "the token expired on " + context.printer().time(token.expiresAtMillis()));
        }
        String owner = context.replica().owner().orElse(token.subject());
        if (!owner.equals(token.subject())) {
            throw anothers(context, token, owner);
        }
        warnOfPlainHttp(context, server);
        boolean checked = check(context, server, token);
        if (checked && !context.replica().claim(token.subject())) {
            throw anothers(context, token, context.replica().owner().orElse("somebody"));
        }
        home.storeToken(token.text());
        home.config(before.signedIn(server, command));
        report(context, server, token, checked);
        return ExitCode.OK;
    }

    private static Failure anothers(CommandContext context, Token token, String owner) {
        return new Failure(
                ExitCode.SIGNED_OUT,
                "the data in %s is %s's, and the token %s's: another --home keeps them apart"
                        .formatted(context.home().folder(), owner, token.subject()));
    }

    private static URI checked(@Nullable URI server) {
        if (server == null) {
            throw new Failure(ExitCode.USAGE, "which server? --server URL");
        }
        boolean web = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
        if (!web || server.getHost() == null || server.getUserInfo() != null) {
            throw new Failure(
                    ExitCode.USAGE, "a server is https://… or http://…, and not " + server);
        }
        return server;
    }

    private String read(CommandContext context, @Nullable String command) throws IOException {
        Surroundings surroundings = context.surroundings();
        if (command != null) {
            return context.tokens().run(command);
        }
        if (source != null && source.stdin) {
            return text(surroundings.in().readNBytes(TOKEN_MAX_BYTES));
        }
        if (source != null) {
            return text(Files.readAllBytes(Objects.requireNonNull(source.file)));
        }
        String fromEnvironment = surroundings.environment().getOrDefault(Tokens.VARIABLE, "");
        if (!fromEnvironment.isBlank()) {
            return fromEnvironment.strip();
        }
        Surroundings.Secrets secrets = surroundings.secrets();
        char[] typed = secrets == null ? null : secrets.read("Token: ");
        if (typed == null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "where is the token? --token-stdin, --token-file or --token-command");
        }
        return new String(typed).strip();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }

    private static void warnOfPlainHttp(CommandContext context, URI server) {
        if ("http".equals(server.getScheme()) && !isThisMachine(server.getHost())) {
            context.printer()
                    .note(
                            "Warning: over http others on the way can read your token and your data.");
        }
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// @return whether the server took the token; false where it could not be asked
    private static boolean check(CommandContext context, URI server, Token token)
            throws ProblemException, SignedOutException {
        try {
            Probe.reach(server, token);
            return true;
        } catch (ProblemException e) {
            throw e;
        } catch (IOException e) {
            context.printer()
                    .note(
                            "Warning: %s cannot be reached now (%s). You can work; the token is checked with the first sync."
                                    .formatted(server, Printer.escaped(Failure.messageOf(e))));
            return false;
        }
    }

    private static void report(CommandContext context, URI server, Token token, boolean checked)
            throws IOException {
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(
                    new LoginDocument(
                            token.subject(),
                            server,
                            context.home().folder().toString(),
                            context.replica().deviceId(),
                            token.expiresAtMillis(),
                            checked));
        }
        printer.done("signed in as %s on %s".formatted(Printer.escaped(token.subject()), server));
    }
}
