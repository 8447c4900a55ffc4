package io.reconverge.client.backup;

import io.reconverge.client.media.MediaItem;
import io.reconverge.client.media.MediaLibrary;
import io.reconverge.client.replica.Replica;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All of a user's data as a folder or a zip of JSON and files, and back. Needs no network, but to
/// fetch files that are not on this device.
///
/// ```text
/// manifest.json              what follows, with sizes, SHA-256 and counts
/// me/<type>.json             an array, one entity to a line, by id
/// drafts/<type>.json         what never leaves the device
/// spaces/<id>/<type>.json    shared spaces
/// media.json                 every file: what is known of it, and where its bytes are
/// media/<ab>/<sha256>.<ext>  each content once
/// ```
///
/// The same data gives the same bytes, on whatever device and day. Both methods block for as long
/// as they take; memory does not grow with the data but for about a hundred bytes for each file.
/// The replica can be used meanwhile.
public final class Backup {

    private final Replica replica;
    private final MediaLibrary media;

    public Backup(Replica replica, MediaLibrary media) {
        this.replica = replica;
        this.media = media;
    }

    /// Writes everything, as it is at one moment, to `target`: a zip if it ends in `.zip`, else a
    /// folder, which must be empty or not there. It is there only once it is whole. Takes twice its
    /// room while a zip is made.
    ///
    /// @throws FileAlreadyExistsException where something is there
    public ExportResult export(Path target, Consumer<BackupProgress> progress) throws IOException {
        Path name = target.getFileName();
        Path parent = target.toAbsolutePath().getParent();
        if (name == null || parent == null) {
            throw new FileAlreadyExistsException(target.toString());
        }
        boolean zip = name.toString().endsWith(".zip");
        ensureFree(target, zip);
        Files.createDirectories(parent);
        Path work = parent.resolve(".%s.%s".formatted(name, UUID.randomUUID()));
        Files.createDirectory(work);
        try {
            Path folder = Files.createDirectory(work.resolve("backup"));
            Tracker tracker = new Tracker(progress, total());
            ExportResult result =
                    new Exporting(replica, media, folder, work.resolve("gathered"), tracker)
                            .export();
            Path whole = folder;
            if (zip) {
                tracker.begin(name.toString());
                whole = work.resolve("backup.zip");
                Zip.of(folder, whole);
            }
            ensureFree(target, zip);
            Files.deleteIfExists(target);
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
            tracker.end();
            return result;
        } finally {
            delete(work);
        }
    }

    private static void ensureFree(Path target, boolean zip) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (!zip && Files.isDirectory(target)) {
            try (Stream<Path> children = Files.list(target)) {
                if (children.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new FileAlreadyExistsException(target.toString());
    }

    private long total() {
        long total = replica.drafts().sizes().values().stream().mapToLong(Long::longValue).sum();
        for (String space : replica.spaces()) {
            total +=
                    replica.space(space).sizes().values().stream().mapToLong(Long::longValue).sum();
            total += media.list(space).stream().mapToLong(MediaItem::size).sum();
        }
        return total;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /// Brings a backup into the replica, by each type's conflict rules. Doing it twice does what
    /// doing it once does, also when the first time ended halfway.
    ///
    /// @param deleted whether what was deleted here since the backup comes back
    /// @throws DamagedBackupException where it is not what it says; then nothing was brought in
    public ImportResult restore(Path source, boolean deleted, Consumer<BackupProgress> progress)
            throws IOException {
        try (Source opened = Source.open(source)) {
            Manifest manifest = Manifest.of(opened.bytes(Layout.MANIFEST, Manifest.MAX_BYTES));
            Tracker tracker = new Tracker(progress, total(manifest));
            Importing importing = new Importing(replica, media, opened, manifest, deleted, tracker);
            importing.check();
            ImportResult result = importing.bringIn();
            tracker.end();
            return result;
        }
    }

    private static long total(Manifest manifest) {
        return manifest.contentBytes()
                + manifest.lists().values().stream()
                        .mapToLong(list -> list.size() + list.lines())
                        .sum();
    }
}
