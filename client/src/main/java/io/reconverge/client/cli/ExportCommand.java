package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.backup.Backup;
import io.reconverge.client.backup.ExportResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Write all of your data, drafts and files too, to a folder or a zip that other programs can read.",
            "The same data gives the same bytes."
        })
final class ExportCommand extends Subcommand {

    @Parameters(
            index = "0",
            paramLabel = "TARGET",
            description = "A new or empty folder, or a file that ends in .zip.")
    private Path target = Path.of("");

    record ExportDocument(
            String target, long entities, long files, long bytes, List<String> missing) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        ReconvergeClient client = context.client();
        ExportResult result;
        try (Progress.Bar bar = context.progress().bar("export", "", 1)) {
            result =
                    new Backup(client.replica(), client.media())
                            .export(
                                    target,
                                    progress -> {
                                        bar.at(progress.done(), progress.total());
                                        bar.message(progress.what());
                                    });
        } catch (IOException e) {
            throw Failure.local(e);
        }
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(
                    new ExportDocument(
                            target.toString(),
                            result.entities(),
                            result.files(),
                            result.bytes(),
                            result.missing()));
        }
        printer.done(
                "exported %s and %s (%s) to %s"
                        .formatted(
                                result.entities() == 1
                                        ? "1 entity"
                                        : result.entities() + " entities",
                                Printer.count(result.files(), "file"),
                                Printer.size(result.bytes()),
                                Printer.escaped(target.toString())));
        for (String missing : result.missing()) {
            printer.note("not on this device, and not to be had: " + Printer.escaped(missing));
        }
        return result.missing().isEmpty() ? ExitCode.OK : ExitCode.OFFLINE;
    }
}
