package io.reconverge.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// One command: reads its options, does its work with a [CommandContext], and says how it ended.
abstract class Subcommand implements Callable<Integer> {

    @SuppressWarnings("NullAway.Init") // set before it is called
    @Spec
    private CommandSpec spec;

    abstract ExitCode run(CommandContext context) throws Exception;

    @Override
    public final Integer call() throws Exception {
        Reconverge root = (Reconverge) spec.root().userObject();
        try (CommandContext context = root.context()) {
            return run(context).code();
        }
    }

    final CommandSpec spec() {
        return spec;
    }
}
