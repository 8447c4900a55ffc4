package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.cli.Documents.MediaDocument;
import io.reconverge.client.cli.Documents.ParkedDocument;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.media.MediaItem.Standing;
import io.reconverge.client.replica.ParkedChange;
import io.reconverge.client.replica.Space;
import io.reconverge.client.replica.WaitingChange;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "queue",
        description = "What waits to be sent, and what the server refused.",
        subcommands = {
            QueueCommand.Ls.class,
            QueueCommand.Retry.class,
            QueueCommand.Drop.class,
            QueueCommand.Export.class
        })
final class QueueCommand extends Subcommand {

    private static final String ID =
            "What `queue list` shows: a change's id or a file's, or the beginning of one.";

    /// @param parked what the server refused, or failed on too often: it waits for you
    /// @param waiting changes that will be sent by themselves
    /// @param files those that wait or were refused
    record QueueDocument(
            String space,
            String deviceId,
            long at,
            List<ParkedDocument> parked,
            List<WaitingChange> waiting,
            List<MediaDocument> files) {

        static QueueDocument of(CommandContext context) throws IOException {
            Space space = context.syncedSpace();
            return new QueueDocument(
                    space.name(),
                    context.replica().deviceId(),
                    context.nowMillis(),
                    space.parked().stream()
                            .map(parked -> ParkedDocument.of(space.name(), parked))
                            .toList(),
                    space.waiting(Integer.MAX_VALUE),
                    unsent(context.client(), space.name()).stream()
                            .map(MediaDocument::of)
                            .toList());
        }
    }

    /// @param ids changes and files
    record QueueDone(String space, String done, List<String> ids) {}

    @Override
    ExitCode run(CommandContext context) {
        throw new ParameterException(spec().commandLine(), "list, retry, drop or export?");
    }

    private static List<MediaItem> unsent(ReconvergeClient client, String space) {
        return client.media().list(space).stream()
                .filter(item -> item.standing() != Standing.STORED)
                .toList();
    }

    @Command(name = "list", aliases = "ls", description = "Show both, what was refused first.")
    static final class Ls extends Subcommand {

        @Override
        ExitCode run(CommandContext context) throws Exception {
            QueueDocument queue = QueueDocument.of(context);
            Printer printer = context.printer();
            if (printer.isJson()) {
                printer.document(queue);
                return ExitCode.OK;
            }
            Table table = new Table("ID", "STATE", "OP", "WHAT", "SINCE", "WHY");
            for (ParkedDocument parked : queue.parked()) {
                table.row(
                        Match.shown(parked.change().changeId().toString()),
                        parked.stale() ? "refused, stale" : "refused",
                        word(parked.change().op()),
                        parked.change().key().toString(),
                        printer.time(parked.parkedAt()),
                        parked.problem().detail());
            }
            for (WaitingChange waiting : queue.waiting()) {
                table.row(
                        Match.shown(waiting.change().changeId().toString()),
                        waiting.sent() ? "sent" : "waiting",
                        word(waiting.change().op()),
                        waiting.change().key().toString(),
                        printer.time(waiting.change().modifiedAt()),
                        waiting.tries() == 0
                                ? ""
                                : "the server failed on it "
                                        + Printer.count(waiting.tries(), "time"));
            }
            for (MediaDocument file : queue.files()) {
                table.row(
                        file.mediaId(),
                        file.problem() == null ? "waiting" : "refused",
                        "file",
                        Objects.requireNonNullElse(file.fileName(), file.contentType()),
                        Printer.size(file.size()),
                        Objects.requireNonNullElse(file.problem(), ""));
            }
            if (table.isEmpty()) {
                printer.note("Nothing waits.");
            } else {
                printer.table(table);
            }
            return ExitCode.OK;
        }

        private static String word(Enum<?> op) {
            return op.name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is said of one refused change or file.
    private interface Decision {
        boolean change(Space space, ParkedChange parked);

        boolean file(ReconvergeClient client, MediaItem item);
    }

    /// @param id null for all
    private static ExitCode decide(
            CommandContext context, @Nullable String id, String done, Decision decision)
            throws IOException {
        Space space = context.syncedSpace();
        ReconvergeClient client = context.client();
        List<Refused> refused = new ArrayList<>();
        Space current = client.replica().space(space.name());
        current.parked()
                .forEach(parked ->
                        refused.add(
                                new Refused(
                                        parked.change().changeId().toString(),
                                        parked.change().key().toString(),
                                        () -> decision.change(current, parked))));
        unsent(client, space.name()).stream()
                .filter(item -> item.standing() == Standing.PARKED)
                .forEach(item ->
                        refused.add(
                                new Refused(
                                        item.mediaId(),
                                        "file " + item.mediaId(),
                                        () -> decision.file(client, item))));
        List<Refused> chosen =
                id == null
                        ? refused
                        : List.of(Match.one("refused change or file", id, refused, Refused::id));
        List<Refused> decided = chosen.stream().filter(one -> one.deciding().decide()).toList();
        if (context.printer().isJson()) {
            context.printer()
                    .document(
                            new QueueDone(
                                    space.name(),
                                    done,
                                    decided.stream().map(Refused::id).toList()));
        }
        decided.forEach(one -> context.printer().done(done + " " + Printer.escaped(one.what())));
        if (decided.isEmpty()) {
            context.printer().note("There was nothing to decide.");
        }
        return ExitCode.OK;
    }

    private record Refused(String id, String what, Deciding deciding) {}

    @FunctionalInterface
    private interface Deciding {
        boolean decide();
    }

    private static @Nullable String chosen(Subcommand command, @Nullable String id, boolean all) {
        if (all == (id != null)) {
            throw new ParameterException(command.spec().commandLine(), "ID, or --all");
        }
        return id;
    }

    @Command(name = "retry", description = "Have something that was refused sent again.")
    static final class Retry extends Subcommand {

        @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = ID)
        private @Nullable String id;

        @Option(names = "--all", description = "All that was refused.")
        private boolean all;

        @Override
        ExitCode run(CommandContext context) throws Exception {
            return decide(
                    context,
                    chosen(this, id, all),
                    "will be sent again:",
                    new Decision() {
                        @Override
                        public boolean change(Space space, ParkedChange parked) {
                            return space.retry(parked.change().changeId());
                        }

                        @Override
                        public boolean file(ReconvergeClient client, MediaItem item) {
                            return client.media().retry(item.space(), item.mediaId());
                        }
                    });
        }
    }

    @Command(
            name = "drop",
            description =
                    "Give something up that was refused. What a change held stays in `conflicts --settled`.")
    static final class Drop extends Subcommand {

        @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = ID)
        private @Nullable String id;

        @Option(names = "--all", description = "All that was refused.")
        private boolean all;

        @Override
        ExitCode run(CommandContext context) throws Exception {
            return decide(
                    context,
                    chosen(this, id, all),
                    "dropped",
                    new Decision() {
                        @Override
                        public boolean change(Space space, ParkedChange parked) {
                            return space.drop(parked.change().changeId());
                        }

                        @Override
                        public boolean file(ReconvergeClient client, MediaItem item) {
                            return client.media().drop(item.space(), item.mediaId());
                        }
                    });
        }
    }

    @Command(name = "export", description = "Write all of the queue to a JSON file.")
    static final class Export extends Subcommand {

        @Parameters(index = "0", paramLabel = "FILE", description = "A new file, or - for stdout.")
        private String file = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            QueueDocument queue = QueueDocument.of(context);
            if (file.equals("-")) {
                context.printer().document(queue);
                return ExitCode.OK;
            }
            byte[] json =
                    WireJson.MAPPER
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(queue)
                            .getBytes(StandardCharsets.UTF_8);
            Files.write(Path.of(file), json, StandardOpenOption.CREATE_NEW);
            if (context.printer().isJson()) {
                context.printer().document(queue);
            }
            context.printer()
                    .done(
                            "wrote %d refused, %d waiting and %s to %s"
                                    .formatted(
                                            queue.parked().size(),
                                            queue.waiting().size(),
                                            Printer.count(queue.files().size(), "file"),
                                            Printer.escaped(file)));
            return ExitCode.OK;
        }
    }
}
