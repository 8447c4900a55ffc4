package io.reconverge.client.cli;

import io.reconverge.client.replica.LocalEntity;
import io.reconverge.wire.EntityKey;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "patch",
        description = {
            "Change some members of an entity: a JSON Merge Patch (RFC 7396), where null removes one.",
            "Where there is no entity, it is made."
        })
final class PatchCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Parameters(index = "2..*", paramLabel = "PATCH", description = PutCommand.DATA)
    private final List<String> patch = new ArrayList<>();

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        LocalEntity entity =
                context.space().patch(key.type(), key.id(), Argument.data(patch, context));
        Written.print(context, entity);
        return ExitCode.OK;
    }
}
