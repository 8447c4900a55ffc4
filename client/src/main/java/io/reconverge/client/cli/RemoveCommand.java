package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.Done;
import io.reconverge.wire.EntityKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Delete an entity, here and, with the next sync, everywhere.")
final class RemoveCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        if (!context.space().delete(key.type(), key.id())) {
            throw new Failure(ExitCode.NOT_FOUND, "there is no " + key);
        }
        if (context.printer().isJson()) {
            context.printer().document(Done.of(context.spaceName(), key, "deleted"));
        }
        context.printer().done("deleted " + Printer.escaped(key.toString()));
        return ExitCode.OK;
    }
}
