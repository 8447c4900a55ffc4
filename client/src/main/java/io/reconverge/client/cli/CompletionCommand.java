package io.reconverge.client.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        name = "completion",
        description = {
            "Print a script that completes commands and options in bash and zsh.",
            "Put into ~/.bashrc or ~/.zshrc:  source <(reconverge completion)"
        })
final class CompletionCommand extends Subcommand {

    @Override
    ExitCode run(CommandContext context) {
        context.printer()
                .line(AutoComplete.bash("reconverge", spec().root().commandLine()).stripTrailing());
        return ExitCode.OK;
    }
}
