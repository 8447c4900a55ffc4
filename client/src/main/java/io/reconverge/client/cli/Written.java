package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.EntityDocument;
import io.reconverge.client.replica.LocalEntity;

/// What is said of an entity that was just written.
final class Written {

    private Written() {}

    static void print(CommandContext context, LocalEntity entity) {
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(EntityDocument.of(context.spaceName(), entity));
            return;
        }
        printer.done("saved " + Printer.escaped(entity.key().toString()));
        switch (entity.standing()) {
            case SYNCED, PENDING, DRAFT -> {}
            case CONFLICT -> printer.note("It is in conflict: see `reconverge conflicts`.");
            case PARKED ->
                    printer.note(
                            "The server refused an earlier edit of it: see `reconverge queue list`.");
        }
    }
}
