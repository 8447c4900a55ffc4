package io.reconverge.client.cli;

import io.reconverge.client.replica.LocalEntity;
import io.reconverge.wire.EntityKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = "Write a new entity under an id that is made for it and printed.")
final class AddCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1..*", paramLabel = "DATA", description = PutCommand.DATA)
    private final List<String> data = new ArrayList<>();

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, UUID.randomUUID().toString());
        LocalEntity entity =
                context.space().put(key.type(), key.id(), Argument.data(data, context));
        if (context.printer().isJson()) {
            Written.print(context, entity);
        } else {
            context.printer().line(entity.id());
        }
        return ExitCode.OK;
    }
}
