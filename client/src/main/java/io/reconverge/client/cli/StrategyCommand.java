package io.reconverge.client.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "strategy",
        description = {
            "Choose what becomes of an edit that meets a version its author had not seen.",
            "Without arguments: show what was chosen. Types not chosen for are the server's to decide."
        })
final class StrategyCommand extends Subcommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "TYPE", description = "Such as note.")
    private @Nullable String type;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STRATEGY",
            description =
                    "server, last-write-wins, merge, keep-local, keep-remote, or ask, which leaves it to you.")
    private @Nullable String word;

    record StrategyDocument(Map<String, String> strategies) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        Home home = context.home();
        Map<String, String> strategies = new TreeMap<>(home.config().strategies());
        if (type != null) {
            String key = Argument.key(type, "any").type();
            if (word == null) {
                throw new Failure(ExitCode.USAGE, "which strategy for " + key + "?");
            }
            strategies.put(key, Documents.word(Strategy.of(word)));
            home.config(home.config().withStrategies(strategies));
        }
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(new StrategyDocument(strategies));
        } else if (strategies.isEmpty()) {
            printer.note("None was chosen: the server decides.");
        } else {
            Table table = new Table("TYPE", "STRATEGY", "MEANING");
            strategies.forEach((type, name) -> table.row(type, name, Strategy.of(name).meaning()));
            printer.table(table);
        }
        return ExitCode.OK;
    }
}
