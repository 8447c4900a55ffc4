package io.reconverge.client.cli;

import io.reconverge.wire.EntityKey;
import io.reconverge.wire.JsonObject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "history",
        description =
                "Ask the server what became of an entity, newest first; `reconverge restore` brings a version back.")
final class HistoryCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "Such as note.")
    private String type = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Such as n-1.")
    private String id = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many rows (${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--before",
            paramLabel = "VERSION",
            description = "Only rows older than this one.")
    private @Nullable Long before;

    @Override
    ExitCode run(CommandContext context) throws Exception {
        EntityKey key = Argument.key(type, id);
        JsonObject history =
                context.signedIn()
                        .server()
                        .history(context.syncedSpaceName(), key.type(), key.id(), before, limit);
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(history);
            return ExitCode.OK;
        }
        Table table = new Table("VERSION#", "WHEN", "OP", "OUTCOME", "BY", "DEVICE", "DATA");
        for (JsonNode row : history.tree().path("entries")) {
            table.row(
                    row.path("version").asString(""),
                    printer.time(row.path("committedAt").asLong(0)),
                    row.path("op").asString(""),
                    row.path("outcome").asString(""),
                    row.path("actor").asString(""),
                    Match.shown(row.path("deviceId").asString("")),
                    row.path("data").isMissingNode() ? "" : row.path("data").toString());
        }
        if (table.isEmpty()) {
            throw new Failure(ExitCode.NOT_FOUND, "the server knows nothing of " + key);
        }
        printer.table(table);
        if (history.tree().has("before")) {
            printer.note("There is more: --before " + history.tree().path("before").asString(""));
        }
        return ExitCode.OK;
    }
}
