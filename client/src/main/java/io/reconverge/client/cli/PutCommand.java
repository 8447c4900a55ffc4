package io.reconverge.client.cli;

import io.reconverge.client.replica.LocalEntity;
import io.reconverge.wire.EntityKey;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        description = {
            "Write the whole of an entity, whether or not there is one.",
            "It is on disk when this returns; `reconverge sync` sends it."
        })
final class PutCommand extends Subcommand {

    static final String DATA =
            "{JSON}, @FILE, - for stdin (the default), or members: title=Tide done=true.";

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Parameters(index = "2..*", paramLabel = "DATA", description = DATA)
    private final List<String> data = new ArrayList<>();

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        LocalEntity entity =
                context.space().put(key.type(), key.id(), Argument.data(data, context));
        Written.print(context, entity);
        return ExitCode.OK;
    }
}
