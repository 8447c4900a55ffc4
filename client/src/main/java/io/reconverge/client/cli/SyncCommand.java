package io.reconverge.client.cli;

import io.reconverge.client.ReconvergeClient;
import io.reconverge.client.media.MediaProgress;
import io.reconverge.client.media.UploadResult;
import io.reconverge.client.replica.Counts;
import io.reconverge.client.replica.Replica;
import io.reconverge.client.replica.Tally;
import io.reconverge.client.sync.SyncAction.Ending;
import io.reconverge.client.sync.SyncResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "sync",
        description = {
            "Send what was written here and fetch what others wrote, once: of --space, else of all spaces.",
            "Then send the files that wait. Whatever happens, what was written here is safe."
        })
final class SyncCommand extends Subcommand {

    @Option(names = "--no-media", description = "Leave the files for later.")
    private boolean noMedia;

    /// @param ending such as done, offline or signed-out
    /// @param pushed what became of what was sent
    /// @param pulled entities that came
    /// @param left what has not come to rest
    record SpaceDocument(
            String space,
            String ending,
            Tally pushed,
            long pulled,
            int requests,
            long tookMillis,
            @Nullable String error,
            Counts left) {

        static SpaceDocument of(String space, SyncResult result, Counts left) {
            return new SpaceDocument(
                    space,
                    Documents.word(result.ending()),
                    result.pushed(),
                    result.pulled(),
                    result.requests(),
                    result.took().toMillis(),
                    result.error(),
                    left);
        }
    }

    /// @param files null where none were to be sent
    record SyncDocument(List<SpaceDocument> spaces, @Nullable UploadResult files) {}

    @Override
    ExitCode run(CommandContext context) throws Exception {
        ReconvergeClient client = context.signedIn();
        List<SpaceDocument> spaces = new ArrayList<>();
        Set<ExitCode> codes = new LinkedHashSet<>();
        for (String space : context.syncedSpaceNames()) {
            SyncResult result = sync(context, client, space);
            Counts left = client.replica().space(space).counts();
            SpaceDocument document = SpaceDocument.of(space, result, left);
            spaces.add(document);
            codes.add(exitCode(result.ending(), left));
            if (!context.printer().isJson()) {
                print(context.printer(), document);
            }
        }
        UploadResult files = null;
        if (!noMedia && !codes.contains(ExitCode.SIGNED_OUT) && !codes.contains(ExitCode.OFFLINE)) {
            files = upload(context, client);
            if (files.stored() > 0) {
                // what the server now knows of them comes as entities
                for (String space : context.syncedSpaceNames()) {
                    client.sync(space).get();
                }
            }
            codes.add(exitCode(files));
            print(context.printer(), files);
        }
        if (context.printer().isJson()) {
            context.printer().document(new SyncDocument(spaces, files));
        }
        return worst(codes);
    }

    private static SyncResult sync(CommandContext context, ReconvergeClient client, String space)
            throws Exception {
        try (Progress.Bar bar = context.progress().bar("sync " + space, " changes", 1);
                Replica.Observation _ =
                        client.replica().observe(commit -> bar.more(commit.entities().size()))) {
            return client.sync(space).get();
        }
    }

    private static UploadResult upload(CommandContext context, ReconvergeClient client)
            throws Exception {
        try (Progress.Bar bar = context.progress().bytes("files");
                Replica.Observation _ =
                        client.media()
                                .observe(progress -> {
                                    if (progress.direction() == MediaProgress.Direction.UP) {
                                        bar.at(progress.done(), progress.total());
                                        bar.message(progress.mediaId());
                                    }
                                })) {
            return client.media().upload().get();
        }
    }

    private static ExitCode exitCode(Ending ending, Counts left) {
        return switch (ending) {
            case DONE ->
                    left.parked() > 0
                            ? ExitCode.REFUSED
                            : left.conflicts() > 0 ? ExitCode.CONFLICT : ExitCode.OK;
            case OUTSTANDING, NETWORK_FAILED, SERVER_BUSY, OFFLINE -> ExitCode.OFFLINE;
            case SIGNED_OUT -> ExitCode.SIGNED_OUT;
            case SERVER_FAILED, CURSOR_EXPIRED, REPLICA_FAILED, PAUSED, STOPPED -> ExitCode.FAILED;
        };
    }

    private static ExitCode exitCode(UploadResult files) {
        return files.parked() > 0
                ? ExitCode.REFUSED
                : files.left() > 0 ? ExitCode.OFFLINE : ExitCode.OK;
    }

    /// The one that the user should hear of first.
    private static ExitCode worst(Set<ExitCode> codes) {
        return List.of(
                        ExitCode.SIGNED_OUT,
                        ExitCode.OFFLINE,
                        ExitCode.FAILED,
                        ExitCode.REFUSED,
                        ExitCode.CONFLICT)
                .stream()
                .filter(codes::contains)
                .findFirst()
                .orElse(ExitCode.OK);
    }

    private static void print(Printer printer, SpaceDocument document) {
        if (document.requests() > 0) {
            printCounts(printer, document);
        }
        if (document.error() != null || !document.ending().equals("done")) {
            printer.note(
                    "%s: %s"
                            .formatted(
                                    Printer.escaped(document.space()),
                                    Printer.escaped(
                                            document.error() == null
                                                    ? document.ending()
                                                    : document.error())));
        }
    }

    private static void printCounts(Printer printer, SpaceDocument document) {
        Tally pushed = document.pushed();
        List<String> parts = new ArrayList<>();
        int sent =
                pushed.applied()
                        + pushed.merged()
                        + pushed.superseded()
                        + pushed.conflicts()
                        + pushed.rejected()
                        + pushed.pending();
        parts.add("sent " + sent);
        if (sent != pushed.applied()) {
            parts.set(0, "sent %d (%s)".formatted(sent, breakdown(pushed)));
        }
        parts.add("received " + document.pulled());
        if (document.left().pending() > 0) {
            parts.add(document.left().pending() + " waiting");
        }
        if (document.left().parked() > 0) {
            parts.add(printer.coloured(Printer.Colour.RED, document.left().parked() + " refused"));
        }
        if (document.left().conflicts() > 0) {
            parts.add(
                    printer.coloured(
                            Printer.Colour.RED,
                            Printer.count(document.left().conflicts(), "conflict")));
        }
        printer.done(
                "%s: %s  (%d ms)"
                        .formatted(
                                Printer.escaped(document.space()),
                                String.join(", ", parts),
                                document.tookMillis()));
    }

    private static String breakdown(Tally pushed) {
        List<String> parts = new ArrayList<>();
        add(parts, pushed.applied(), "applied");
        add(parts, pushed.merged(), "merged");
        add(parts, pushed.superseded(), "overtaken by a later write");
        add(parts, pushed.conflicts(), "in conflict");
        add(parts, pushed.rejected(), "refused");
        add(parts, pushed.pending(), "not decided yet");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, int number, String what) {
        if (number > 0) {
            parts.add(number + " " + what);
        }
    }

    private static void print(Printer printer, UploadResult files) {
        if (files.stored() + files.parked() + files.left() == 0) {
            return;
        }
        printer.done(
                "files: sent %d, %d refused, %d waiting"
                        .formatted(files.stored(), files.parked(), files.left()));
        if (files.error() != null) {
            printer.note("files: " + Printer.escaped(files.error()));
        }
    }
}
