package io.reconverge.client.cli;

import io.reconverge.client.replica.LogLine;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "log", description = "Show what sync did on this device, the newest last.")
final class LogCommand extends Subcommand {

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "The newest so many lines (${DEFAULT-VALUE}).")
    private int limit;

    record LogDocument(List<LogLine> lines) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        List<LogLine> lines = context.replica().log(limit).reversed();
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(new LogDocument(lines));
        } else if (lines.isEmpty()) {
            printer.note("Nothing happened yet.");
        } else {
            Table table = new Table("WHEN", "SPACE", "WHAT", "DETAIL");
            lines.forEach(line ->
                    table.row(
                            printer.time(line.atMillis()),
                            line.space(),
                            line.event(),
                            line.detail()));
            printer.table(table);
        }
        return ExitCode.OK;
    }
}
