package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.sync.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = "Say what waits, what is stuck and when the last sync was. Asks no server.")
final class StatusCommand extends Subcommand {

    /// @param waiting changes that are not known to be on the server
    /// @param parked changes that the server refused
    /// @param conflicts that someone has to decide
    /// @param filesWaiting files that are to be sent
    /// @param filesParked files that the server refused
    record SpaceDocument(
            String space,
            long entities,
            long waiting,
            long parked,
            long conflicts,
            long filesWaiting,
            long filesParked,
            @Nullable Long lastSuccess,
            @Nullable String lastError,
            @Nullable Long lastErrorAt) {}

    /// @param backup on or off, as `pause` and `resume` set it
    record StatusDocument(
            @Nullable URI server,
            boolean signedIn,
            @Nullable String owner,
            String deviceId,
            String home,
            String backup,
            long drafts,
            List<SpaceDocument> spaces) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        List<String> names = context.syncedSpaceNames();
        ReconvergeClient client = context.client();
        List<SpaceDocument> spaces = new ArrayList<>();
        for (String name : names) {
            spaces.add(document(client, name));
        }
        StatusDocument document =
                new StatusDocument(
                        context.home().config().server(),
                        context.home().config().tokenCommand() != null
                                || context.tokens().token() != null,
                        client.replica().owner().orElse(null),
                        client.replica().deviceId(),
                        context.home().folder().toString(),
                        client.isPaused() ? "off" : "on",
                        total(client.replica().drafts().sizes().values()),
                        spaces);
        if (context.printer().isJson()) {
            context.printer().document(document);
        } else {
            print(context, document);
        }
        return ExitCode.OK;
    }

    private static SpaceDocument document(ReconvergeClient client, String name) {
        Status status = client.currentStatus(name);
        List<MediaItem> files = client.media().list(name);
        return new SpaceDocument(
                name,
                total(client.replica().space(name).sizes().values()),
                status.counts().pending(),
                status.counts().parked(),
                status.counts().conflicts(),
                count(files, MediaItem.Standing.QUEUED),
                count(files, MediaItem.Standing.PARKED),
                status.lastSuccessMillis(),
                status.lastError(),
                status.lastErrorMillis());
    }

    private static long total(Iterable<Long> numbers) {
        long total = 0;
        for (long number : numbers) {
            total += number;
        }
        return total;
    }

    private static long count(List<MediaItem> files, MediaItem.Standing standing) {
        return files.stream().filter(file -> file.standing() == standing).count();
    }

    private static void print(CommandContext context, StatusDocument document) {
        Printer printer = context.printer();
        printer.line("server   " + (document.server() == null ? "none" : document.server()));
        printer.line(
                "user     "
                        + (document.signedIn() ? "" : "signed out; the data here is of ")
                        + (document.owner() == null
                                ? "nobody yet"
                                : Printer.escaped(document.owner())));
        printer.line("folder   " + Printer.escaped(document.home()));
        printer.line("backup   " + document.backup());
        if (document.drafts() > 0) {
            printer.line("drafts   " + document.drafts());
        }
        printer.line("");
        Table table =
                new Table(
                        "SPACE",
                        "ENTITIES#",
                        "WAITING#",
                        "FILES#",
                        "REFUSED#",
                        "CONFLICTS#",
                        "LAST SYNC");
        for (SpaceDocument space : document.spaces()) {
            Long success = space.lastSuccess();
            table.row(
                    space.space(),
                    String.valueOf(space.entities()),
                    String.valueOf(space.waiting()),
                    String.valueOf(space.filesWaiting()),
                    String.valueOf(space.parked() + space.filesParked()),
                    String.valueOf(space.conflicts()),
                    success == null
                            ? "never"
                            : printer.span(context.nowMillis() - success) + " ago");
        }
        printer.table(table);
        for (SpaceDocument space : document.spaces()) {
            if (space.lastError() != null) {
                printer.line(
                        "%s: %s: %s"
                                .formatted(
                                        Printer.escaped(space.space()),
                                        printer.time(space.lastErrorAt()),
                                        Printer.escaped(space.lastError())));
            }
        }
    }
}
