package io.reconverge.client.cli;

import picocli.CommandLine.Command;

@Command(
        name = "pause",
        description = "Switch backup off: nothing is sent or fetched until `reconverge resume`.")
final class PauseCommand extends Subcommand {

    record BackupDocument(String backup) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        context.client().pause();
        if (context.printer().isJson()) {
            context.printer().document(new BackupDocument("off"));
        }
        context.printer().done("backup is off");
        return ExitCode.OK;
    }
}
