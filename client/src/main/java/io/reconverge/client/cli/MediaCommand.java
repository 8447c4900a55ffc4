package io.reconverge.client.cli;

import io.reconverge.client.cli.Documents.Done;
import io.reconverge.client.cli.Documents.MediaDocument;
import io.reconverge.client.media.MediaDetails;
import io.reconverge.client.media.MediaItem;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.Replica;
import io.reconverge.wire.EntityKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "media",
        description = "Files: photos, films, whatever has bytes.",
        subcommands = {
            MediaCommand.Put.class,
            MediaCommand.Get.class,
            MediaCommand.Ls.class,
            MediaCommand.Rm.class
        })
final class MediaCommand extends Subcommand {

    private static final String STDIO = "-";

    @Override
    ExitCode run(CommandContext context) {
        throw new ParameterException(spec().commandLine(), "put, get, ls or rm?");
    }

    @Command(
            name = "put",
            description = {
                "Take a file in and print its id. It is copied, so the original may go.",
                "`reconverge sync` sends it."
            })
    static final class Put extends Subcommand {

        @Parameters(index = "0", paramLabel = "FILE", description = "The file, or - for stdin.")
        private String file = "";

        @Option(names = "--id", paramLabel = "ID", description = "Its id; else one is made.")
        private @Nullable String id;

        @Option(names = "--name", paramLabel = "NAME", description = "Its name; else the file's.")
        private @Nullable String name;

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                description = "Its content type, such as image/jpeg; else by its name.")
        private @Nullable String contentType;

        @Option(
                names = "--attach",
                paramLabel = "TYPE/ID",
                description = "The entity that it belongs to, such as note/n-1.")
        private @Nullable String attach;

        @Override
        ExitCode run(CommandContext context) throws Exception {
            String space = context.syncedSpaceName();
            EntityKey attachedTo = attach == null ? null : Argument.key(attach);
            MediaItem item = add(context.client().media(), space, context, attachedTo);
            if (context.printer().isJson()) {
                context.printer().document(MediaDocument.of(item));
            } else {
                context.printer().line(Printer.escaped(item.mediaId()));
            }
            return ExitCode.OK;
        }

        private MediaItem add(
                MediaLibrary media,
                String space,
                CommandContext context,
                @Nullable EntityKey attachedTo) {
            boolean isStdin = file.equals(STDIO);
            Path last = isStdin ? null : Path.of(file).getFileName();
            String ownName = last == null ? null : last.toString();
            MediaDetails details =
                    new MediaDetails(id, name == null ? ownName : name, contentType, attachedTo);
            try {
                return isStdin
                        ? media.add(space, context.surroundings().in(), details)
                        : media.add(space, Path.of(file), details);
            } catch (IllegalArgumentException e) {
                throw new Failure(ExitCode.USAGE, Failure.messageOf(e));
            } catch (IOException e) {
                throw Failure.local(e);
            }
        }
    }

    @Command(
            name = "get",
            description = "Write a file's bytes: from this device, else from the server.")
    static final class Get extends Subcommand {

        @Parameters(index = "0", paramLabel = "ID", description = "The file's id.")
        private String id = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Where to, or - for stdout; else its own name, here.")
        private @Nullable String output;

        @Option(names = "--force", description = "Write over a file that is there.")
        private boolean force;

        @Override
        ExitCode run(CommandContext context) throws Exception {
            MediaLibrary media = context.client().media();
            MediaItem item = find(media, context.syncedSpaceName(), id);
            if (!item.cached()) {
                context.signedIn();
            }
            Path target = target(item);
            if (target != null && !force && Files.exists(target)) {
                throw new Failure(
                        ExitCode.FAILED,
                        Printer.escaped(target.toString())
                                + " is there already; --force writes over it");
            }
            Path bytes;
            try (Progress.Bar bar = context.progress().bytes("file");
                    Replica.Observation _ =
                            media.observe(progress -> bar.at(progress.done(), progress.total()))) {
                bytes = media.fetch(item.space(), item.mediaId()).get();
            }
            if (target == null) {
                try (InputStream in = Files.newInputStream(bytes)) {
                    in.transferTo(context.surroundings().out());
                }
                return ExitCode.OK;
            }
            write(bytes, target);
            if (context.printer().isJson()) {
                context.printer().document(MediaDocument.of(item));
            }
            context.printer()
                    .done(
                            "wrote %s (%s)"
                                    .formatted(
                                            Printer.escaped(target.toString()),
                                            Printer.size(item.size())));
            return ExitCode.OK;
        }

        /// What others called a file must not lead out of this folder.
        private @Nullable Path target(MediaItem item) {
            if (output != null) {
                return output.equals(STDIO) ? null : Path.of(output);
            }
            String name = Objects.requireNonNullElse(item.fileName(), item.mediaId());
            if (name.contains("/")
                    || name.contains("\\")
                    || name.indexOf('\0') >= 0
                    || name.startsWith(".")
                    || name.isBlank()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "'%s' is no safe name for a file: --output says where to"
                                .formatted(Printer.escaped(name)));
            }
            return Path.of(name);
        }

        /// The whole file or none of it.
        private static void write(Path bytes, Path target) throws IOException {
            Path folder = Objects.requireNonNullElse(target.toAbsolutePath().getParent(), target);
            Path temporary = Files.createTempFile(folder, ".reconverge", ".part");
            try {
                Files.copy(bytes, temporary, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }

    @Command(name = "ls", description = "List the files of a space.")
    static final class Ls extends Subcommand {

        record FilesDocument(String space, List<MediaDocument> files) {}

        @Override
        ExitCode run(CommandContext context) throws Exception {
            String space = context.syncedSpaceName();
            List<MediaItem> items = context.client().media().list(space);
            Printer printer = context.printer();
            if (printer.isJson()) {
                printer.document(
                        new FilesDocument(space, items.stream().map(MediaDocument::of).toList()));
                return ExitCode.OK;
            }
            if (items.isEmpty()) {
                printer.note("There is none.");
                return ExitCode.OK;
            }
            Table table = new Table("ID", "SIZE#", "STANDING", "HERE", "TYPE", "NAME");
            for (MediaItem item : items) {
                table.row(
                        item.mediaId(),
                        Printer.size(item.size()),
                        standing(item),
                        item.cached() ? "yes" : "no",
                        item.contentType(),
                        Objects.requireNonNullElse(item.fileName(), ""));
            }
            printer.table(table);
            return ExitCode.OK;
        }

        private static String standing(MediaItem item) {
            return item.standing() == MediaItem.Standing.QUEUED && item.sent() > 0
                    ? "%d%% sent".formatted(item.sent() * 100 / Math.max(1, item.size()))
                    : Documents.word(item.standing());
        }
    }

    @Command(name = "rm", description = "Delete a file, here and, with the next sync, everywhere.")
    static final class Rm extends Subcommand {

        @Parameters(index = "0", paramLabel = "ID", description = "The file's id.")
        private String id = "";

        @Override
        ExitCode run(CommandContext context) throws Exception {
            MediaLibrary media = context.client().media();
            MediaItem item = find(media, context.syncedSpaceName(), id);
            boolean dropped =
                    switch (item.standing()) {
                        case QUEUED, PARKED -> media.drop(item.space(), item.mediaId());
                        case STORED -> false;
                    };
            boolean deleted = context.space().delete("media", item.mediaId());
            if (!dropped && !deleted) {
                throw new Failure(ExitCode.NOT_FOUND, "there is no file " + item.mediaId());
            }
            EntityKey key = new EntityKey("media", item.mediaId());
            if (context.printer().isJson()) {
                context.printer().document(Done.of(item.space(), key, "deleted"));
            }
            context.printer().done("deleted " + Printer.escaped(key.toString()));
            return ExitCode.OK;
        }
    }

    private static MediaItem find(MediaLibrary media, String space, String id) {
        return media.get(space, id)
                .orElseGet(() -> Match.one("file", id, media.list(space), MediaItem::mediaId));
    }
}
