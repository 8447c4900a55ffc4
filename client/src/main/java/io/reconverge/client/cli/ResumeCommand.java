package io.reconverge.client.cli;

import io.reconverge.client.cli.PauseCommand.BackupDocument;
import picocli.CommandLine.Command;

@Command(name = "resume", description = "Switch backup on again.")
final class ResumeCommand extends Subcommand {

    @Override
    ExitCode run(CommandContext context) throws Exception {
        context.client().resume();
        if (context.printer().isJson()) {
            context.printer().document(new BackupDocument("on"));
        }
        context.printer().done("backup is on");
        return ExitCode.OK;
    }
}
