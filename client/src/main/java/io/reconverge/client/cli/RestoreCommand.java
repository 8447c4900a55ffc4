package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.sync.SyncResult;
import io.reconverge.wire.ChangeResult;
import io.reconverge.wire.EntityKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description =
                "Have the server write a version that `reconverge history` shows as a new one, and fetch it.")
final class RestoreCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Parameters(index = "2", paramLabel = "VERSION", description = "Such as 7.")
    private long version;

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        String space = context.syncedSpaceName();
        ReconvergeClient client = context.signedIn();
        ChangeResult result = client.server().restore(space, key.type(), key.id(), version);
        SyncResult fetched = client.sync(space).get();
        if (context.printer().isJson()) {
            context.printer().document(result);
        }
        context.printer()
                .done(
                        "restored %s as it was at version %d"
                                .formatted(Printer.escaped(key.toString()), version));
        if (!fetched.isDone()) {
            context.printer().note("It is on the server; the next sync brings it here.");
        }
        return ExitCode.OK;
    }
}
