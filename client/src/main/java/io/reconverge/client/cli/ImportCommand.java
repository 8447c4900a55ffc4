package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.backup.Backup;
import io.reconverge.client.backup.ImportResult;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Bring a backup in, by the rules for conflicts: what is newer here stays.",
            "Doing it twice does what doing it once does."
        })
final class ImportCommand extends Subcommand {

    @Parameters(index = "0", paramLabel = "SOURCE", description = "A folder or zip of `export`.")
    private Path source = Path.of("");

    @Option(
            names = "--deleted",
            description = "Bring back what was deleted here since the backup as well.")
    private boolean deleted;

    @Override
    ExitCode run(CommandContext context) throws Exception {
        ReconvergeClient client = context.client();
        ImportResult result;
        try (Progress.Bar bar = context.progress().bar("import", "", 1)) {
            result =
                    new Backup(client.replica(), client.media())
                            .restore(
                                    source,
                                    deleted,
                                    progress -> {
                                        bar.at(progress.done(), progress.total());
                                        bar.message(progress.what());
                                    });
        } catch (IOException e) {
            throw Failure.local(e);
        }
        Printer printer = context.printer();
        if (printer.isJson()) {
            printer.document(result);
        }
        printer.done(
                "imported %d (%d the same, %d newer here, %d deleted here) and %s"
                        .formatted(
                                result.written(),
                                result.same(),
                                result.older(),
                                result.deleted(),
                                Printer.count(result.files(), "file")));
        if (result.conflicts() > 0) {
            printer.note(
                    Printer.count(result.conflicts(), "conflict")
                            + ": see `reconverge conflicts`.");
            return ExitCode.CONFLICT;
        }
        return ExitCode.OK;
    }
}
