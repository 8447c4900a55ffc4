package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.EntityDocument;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.LocalEntity.Standing;
import io.reconverge.wire.EntityKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "get",
        description = {
            "Print an entity's data as it is here.",
            "With --json also its version, when it was changed and how it stands."
        })
final class GetCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        LocalEntity entity =
                context.space()
                        .get(key.type(), key.id())
                        .orElseThrow(() -> new Failure(ExitCode.NOT_FOUND, "there is no " + key));
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(EntityDocument.of(context.spaceName(), entity));
            return ExitCode.OK;
        }
        printer.pretty(entity.data().tree());
        if (entity.standing() == Standing.CONFLICT) {
            printer.note("This is the version of this device; see `reconverge conflicts`.");
        }
        return ExitCode.OK;
    }
}
