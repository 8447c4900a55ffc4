package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.ConflictDocument;
import io.reconverge.client.conflict.Clash;
import io.reconverge.client.conflict.Conflict;
import io.reconverge.client.replica.Space;
import io.reconverge.wire.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "conflicts",
        description = {
            "Show what was written here and elsewhere without either having seen the other.",
            "`reconverge resolve` decides; what loses is kept for 90 days and shown by --settled."
        })
final class ConflictsCommand extends Subcommand {

    @Option(names = "--settled", description = "Those that have ended, the newest first.")
    private boolean settled;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many settled ones (${DEFAULT-VALUE}).")
    private int limit;

    record ConflictsDocument(String space, List<ConflictDocument> conflicts) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Space space = context.syncedSpace();
        List<Conflict> conflicts = settled ? space.settledConflicts(limit) : space.conflicts();
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(
                    new ConflictsDocument(
                            space.name(), conflicts.stream().map(ConflictDocument::of).toList()));
        } else if (conflicts.isEmpty()) {
            printer.note("There is none.");
        } else {
            conflicts.forEach(conflict -> print(printer, conflict));
        }
        return ExitCode.OK;
    }

    private static void print(Printer printer, Conflict conflict) {
        Clash clash = conflict.clash();
        Conflict.Outcome outcome = conflict.outcome();
        printer.line(
                "%s  %s  %s%s"
                        .formatted(
                                printer.coloured(
                                        Printer.Colour.YELLOW,
                                        Match.shown(conflict.id().toString())),
                                Printer.escaped(conflict.key().toString()),
                                printer.time(conflict.atMillis()),
                                outcome == null ? "" : "  " + words(outcome)));
        line(printer, "base", clash.base(), "nothing");
        line(printer, "local", clash.local(), "deleted");
        line(printer, "remote", clash.remote(), "deleted");
        if (!clash.fields().isEmpty()) {
            printer.line("  fields  " + Printer.escaped(String.join(", ", clash.fields())));
        }
    }

    private static void line(
            Printer printer, String side, @Nullable JsonObject data, String absent) {
        printer.line(
                "  %-6s  %s".formatted(side, data == null ? absent : Printer.escaped(data.text())));
    }

    private static String words(Conflict.Outcome outcome) {
        return switch (outcome) {
            case MERGED -> "merged by the server";
            case SUPERSEDED -> "a later write stands";
            case KEPT_LOCAL -> "local kept";
            case KEPT_REMOTE -> "remote kept";
            case RESOLVED -> "something else stands";
            case AGREED -> "both came to say the same";
            case DROPPED -> "a refused change that was dropped";
        };
    }
}
