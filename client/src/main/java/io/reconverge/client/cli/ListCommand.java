package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.EntityDocument;
import io.reconverge.client.replica.LocalEntity;
import io.reconverge.client.replica.Query;
import io.reconverge.client.replica.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "ls",
        description = "List the entities of a type by id, or without one the types that there are.")
final class ListCommand extends Subcommand {

    /// Entities in memory at a time.
    private static final int PAGE = 500;

    /// @param hasMore whether there are more than were asked for
    record EntitiesDocument(
            String space, String type, List<EntityDocument> entities, boolean hasMore) {}

    /// @param types how many entities there are of each
    record TypesDocument(String space, Map<String, Long> types) {}

    @Parameters(index = "0", arity = "0..1", paramLabel = "TYPE", description = "Such as note.")
    private @Nullable String type;

    @Option(
            names = "--where",
            paramLabel = "NAME=VALUE",
            description =
                    "Only those with this member: text, a number, true or false. Can be repeated.")
    private final List<String> where = new ArrayList<>();

    @Option(names = "--after", paramLabel = "ID", description = "Only ids after this one.")
    private @Nullable String after;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
    private int limit = Integer.MAX_VALUE - 1;

    @Override
    ExitCode run(CommandContext context) throws Exception {
        if (type == null) {
            types(context);
        } else {
            Query query = query(Argument.key(type, "any").type());
            if (context.printer().isJson()) {
                document(context, query);
            } else {
                table(context, query);
            }
        }
        return ExitCode.OK;
    }

    private static void types(CommandContext context) throws IOException {
        Map<String, Long> sizes = context.space().sizes();
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(new TypesDocument(context.spaceName(), sizes));
        } else if (sizes.isEmpty()) {
            printer.note("Nothing is here yet.");
        } else {
            Table table = new Table("TYPE", "ENTITIES#");
            sizes.forEach((type, size) -> table.row(type, size.toString()));
            printer.table(table);
        }
    }

    private Query query(String type) {
        if (limit < 0) {
            throw new Failure(ExitCode.USAGE, "--limit is 0 or more");
        }
        Query query = Query.of(type);
        for (String condition : where) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                throw new Failure(
                        ExitCode.USAGE, "--where is NAME=VALUE, and not '" + condition + "'");
            }
            query =
                    query.where(
                            condition.substring(0, equals),
                            scalar(Argument.value(condition.substring(equals + 1)), condition));
        }
        return after == null ? query : query.after(after);
    }

    private static Object scalar(JsonNode value, String condition) {
        return switch (value.getNodeType()) {
            case STRING -> value.stringValue();
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.numberValue();
            case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO ->
                    throw new Failure(
                            ExitCode.USAGE,
                            "--where compares text, numbers and booleans: '" + condition + "'");
        };
    }

    private void document(CommandContext context, Query query) throws IOException {
        String space = context.spaceName();
        List<LocalEntity> found = context.space().list(query.limit(limit + 1));
        boolean hasMore = found.size() > limit;
        context.printer()
                .document(
                        new EntitiesDocument(
                                space,
                                query.type(),
                                found.stream()
                                        .limit(limit)
                                        .map(entity -> EntityDocument.of(space, entity))
                                        .toList(),
                                hasMore));
    }

    /// Page by page: a space may be larger than the memory.
    private void table(CommandContext context, Query query) throws IOException {
        Space space = context.space();
        Printer printer = context.printer();
        Table table = new Table("ID", "VERSION#", "STANDING", "CHANGED", "DATA");
        int left = limit;
        Query rest = query;
        boolean first = true;
        while (left > 0) {
            List<LocalEntity> page = space.list(rest.limit(Math.min(PAGE, left)));
            for (LocalEntity entity : page) {
                table.row(
                        entity.id(),
                        String.valueOf(entity.version()),
                        Documents.word(entity.standing()),
                        printer.time(entity.modifiedAt()),
                        entity.data().text());
            }
            if (!table.isEmpty()) {
                printer.table(table, first);
                first = false;
            }
            if (page.size() < PAGE) {
                break;
            }
            left -= page.size();
            rest = rest.after(page.getLast().id());
        }
        if (first) {
            printer.note("There is none.");
        }
    }
}
