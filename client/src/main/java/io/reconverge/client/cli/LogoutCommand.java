package io.reconverge.client.cli;

import picocli.CommandLine.Command;

@Command(
        name = "logout",
        description = "Forget the token. The data stays here, and what waits to be sent waits.")
final class LogoutCommand extends Subcommand {

    /// @param waiting changes that were not sent yet
    record LogoutDocument(String home, long waiting) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Home home = context.home();
        home.forgetToken();
        if (home.config().tokenCommand() != null) {
            home.config(home.config().signedOut());
        }
        long waiting = 0;
        for (String space : context.syncedSpaceNames()) {
            waiting += context.replica().space(space).counts().pending();
        }
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(new LogoutDocument(home.folder().toString(), waiting));
        }
        printer.done("signed out; your data stays in " + Printer.escaped(home.folder().toString()));
        if (waiting > 0) {
            printer.note("Waiting to be sent: " + Printer.count(waiting, "change"));
        }
        return ExitCode.OK;
    }
}
