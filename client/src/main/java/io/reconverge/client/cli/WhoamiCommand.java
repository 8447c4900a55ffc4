package io.reconverge.client.cli;

import io.reconverge.client.http.SignedOutException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "whoami",
        description = "Say who is signed in, where, and whose data this is. Asks no server.")
final class WhoamiCommand extends Subcommand {

    /// @param subject absent where nobody is signed in
    /// @param owner whose the data is; absent before it is anybody's
    record WhoamiDocument(
            @Nullable String subject,
            @Nullable String owner,
            @Nullable URI server,
            String home,
            String deviceId,
            @Nullable Long expiresAt,
            boolean expired) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Optional<Token> token = token(context);
        long now = context.nowMillis();
        boolean expired = token.isPresent() && !token.get().isGoodAt(now);
        WhoamiDocument document =
                new WhoamiDocument(
                        token.map(Token::subject).orElse(null),
                        context.replica().owner().orElse(null),
                        context.home().config().server(),
                        context.home().folder().toString(),
                        context.replica().deviceId(),
                        token.map(Token::expiresAtMillis).orElse(null),
                        expired);
        if (context.printer().isJson()) {
            context.printer().document(document);
        } else {
            print(context.printer(), document, now);
        }
        return token.isPresent() && !expired ? ExitCode.OK : ExitCode.SIGNED_OUT;
    }

    /// Where the token's command fails there is none to speak of.
    private static Optional<Token> token(CommandContext context) throws SignedOutException {
        try {
            return context.tokens().current();
        } catch (IOException e) {
            context.printer().note(Printer.escaped(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static void print(Printer printer, WhoamiDocument document, long now) {
        String who = document.subject() == null ? "nobody" : Printer.escaped(document.subject());
        Long expiresAt = document.expiresAt();
        String until =
                expiresAt == null
                        ? ""
                        : document.expired()
                                ? " (expired %s ago)".formatted(printer.span(now - expiresAt))
                                : " (for %s more)".formatted(printer.span(expiresAt - now));
        printer.line("signed in  " + who + until);
        printer.line(
                "data of    "
                        + (document.owner() == null
                                ? "nobody yet"
                                : Printer.escaped(document.owner())));
        printer.line("server     " + (document.server() == null ? "none" : document.server()));
        printer.line("folder     " + Printer.escaped(document.home()));
        printer.line("device     " + document.deviceId());
    }
}
