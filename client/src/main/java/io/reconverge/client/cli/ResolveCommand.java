package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.Done;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.conflict.Resolution;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.EntityKey;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resolve",
        description =
                "Decide a conflict. The next sync sends what was decided; what loses is kept.")
final class ResolveCommand extends Subcommand {

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "The conflict's id or its beginning, or the entity as TYPE/ID.")
    private String id = "";

    @SuppressWarnings("NullAway.Init") // required: set before it is read
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Choice choice;

    static final class Choice {
        @Option(
                names = "--keep-local",
                required = true,
                description = "What was written here stands.")
        private boolean local;

        @Option(names = "--keep-remote", required = true, description = "What others wrote stands.")
        private boolean remote;

        @Option(
                names = "--use",
                required = true,
                paramLabel = "DATA",
                description = "Neither: this does. {JSON}, @FILE or - for stdin.")
        private @Nullable String data;
    }

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Space space = context.syncedSpace();
        Conflict conflict = find(space);
        if (!space.resolve(conflict.id(), resolution(context))) {
            throw new Failure(ExitCode.NOT_FOUND, "the conflict has ended meanwhile");
        }
        EntityKey key = conflict.key();
        if (context.printer().isJson()) {
            context.printer().document(Done.of(space.name(), key, "resolved"));
        }
        context.printer().done("resolved " + Printer.escaped(key.toString()));
        return ExitCode.OK;
    }

    private Conflict find(Space space) {
        List<Conflict> open = space.conflicts();
        return id.contains("/")
                ? Match.one("conflict about", id, open, conflict -> conflict.key().toString())
                : Match.one("open conflict", id, open, conflict -> conflict.id().toString());
    }

    private Resolution resolution(CommandContext context) throws IOException {
        if (choice.local) {
            return new Resolution.KeepLocal();
        }
        if (choice.remote) {
            return new Resolution.KeepRemote();
        }
        return new Resolution.Use(
                Argument.data(List.of(choice.data == null ? "-" : choice.data), context));
    }
}
