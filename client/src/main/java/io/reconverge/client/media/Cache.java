package io.reconverge.client.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Content by its SHA-256, as files: `<first two digits>/<all 64>`. A file is there whole or not at
/// all; its time is when it was last used. What is not there, whoever removed it, is not cached.
///
/// Safe for many threads and processes, if what needs a file to stay says so in the transaction in
/// which [#trim] looks for it.
final class Cache {

    /// What was used so lately is in use, for all that is known here.
    static final Duration IN_USE = Duration.ofMinutes(1);

    /// What is left of a download is kept for so long, to be gone on with.
    private static final Duration PARTIAL_KEPT = Duration.ofDays(1);

    private static final int BLOCK_BYTES = 64 * 1024;

    private final Path folder;
    private final Path incoming;
    private final Clock clock;

    private Cache(Path folder, Clock clock) {
        this.folder = folder;
        this.incoming = folder.resolve("incoming");
        this.clock = clock;
    }

    /// Opens the folder, made where there is none, and removes what killed processes left.
    static Cache open(Path folder, Clock clock) throws IOException {
        Cache cache = new Cache(folder, clock);
        Files.createDirectories(cache.incoming);
        cache.sweep();
        return cache;
    }

    /// Files that nobody holds the lock of are nobody's.
    private void sweep() throws IOException {
        long keptSince = clock.millis() - PARTIAL_KEPT.toMillis();
        try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming)) {
            for (Path path : left) {
                try (Incoming abandoned = Incoming.reopen(path)) {
                    if (!abandoned.isPartial()
                            || Files.getLastModifiedTime(path).toMillis() < keptSince) {
                        abandoned.remove();
                    }
                } catch (NoSuchFileException | Incoming.InUseException e) {
                    // another process is at it
                }
            }
        }
    }

    Path path(String sha256) {
        return folder.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /// The file, which counts as used now; empty where it is not there.
    Optional<Path> find(String sha256) {
        Path path = path(sha256);
        if (!has(sha256)) {
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(path, FileTime.fromMillis(clock.millis()));
            return Optional.of(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // it can be read all the same
            return Optional.of(path);
        }
    }

    boolean has(String sha256) {
        return Files.isRegularFile(path(sha256), LinkOption.NOFOLLOW_LINKS);
    }

    /// A file of its own to write to.
    Incoming incoming() throws IOException {
        return Incoming.make(incoming);
    }

    /// The file to write a content to that is fetched: with what an earlier fetch had of it.
    ///
    /// @throws Incoming.InUseException where another is fetching it
    Incoming partial(String sha256) throws IOException {
        return Incoming.partial(incoming, sha256);
    }

    /// Copies all of `bytes`.
    ///
    /// @throws IOException also where there are more than `max`
    Incoming copy(InputStream bytes, long max) throws IOException {
        Incoming file = incoming();
        try {
            byte[] block = new byte[BLOCK_BYTES];
            for (int read = bytes.read(block); read >= 0; read = bytes.read(block)) {
                file.write(ByteBuffer.wrap(block, 0, read));
                if (file.size() > max) {
                    throw new IOException("a file may have at most " + max + " bytes");
                }
            }
            file.force();
            return file;
        } catch (IOException | RuntimeException | Error e) {
            file.remove();
            file.close();
            throw e;
        }
    }

    /// Makes a file that is whole and on disk a part of the cache.
    ///
    /// @param file closed by this
    /// @param sha256 of it
    void enter(Incoming file, String sha256) throws IOException {
        try (file) {
            Path target = path(sha256);
            Path parent = folder.resolve(sha256.substring(0, 2));
            try {
                Files.createDirectory(parent);
                sync(folder);
            } catch (FileAlreadyExistsException e) {
                // as nearly always
            }
            Files.setLastModifiedTime(file.path(), FileTime.fromMillis(clock.millis()));
            Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
            sync(parent);
        }
    }

    /// So that a power loss does not take the name from the bytes. Where folders cannot be opened,
    /// as on Windows, the file system sees to it.
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // see above
        }
    }

    /// Removes what was used least lately, until all that is not `needed` has at most `max` bytes.
    /// What was used in the last minute stays.
    ///
    /// @return how many bytes all files have then
    long trim(Set<String> needed, long max) {
        record Old(Path path, long usedAt, long size) {}
        List<Old> files = new ArrayList<>();
        AtomicLong staying = new AtomicLong();
        each((path, attributes) -> {
            if (needed.contains(path.getFileName().toString())) {
                staying.addAndGet(attributes.size());
            } else {
                files.add(
                        new Old(path, attributes.lastModifiedTime().toMillis(), attributes.size()));
            }
        });
        long left = files.stream().mapToLong(Old::size).sum();
        files.sort(Comparator.comparingLong(Old::usedAt));
        for (Old file : files) {
            if (left <= max || file.usedAt() > clock.millis() - IN_USE.toMillis()) {
                break;
            }
            try {
                Files.deleteIfExists(file.path());
                left -= file.size();
            } catch (IOException e) {
                // open elsewhere, where that keeps it: the next time
            }
        }
        return left + staying.get();
    }

    interface Visitor {
        void visit(Path path, BasicFileAttributes attributes) throws IOException;
    }

    /// Visits every file.
    void each(Visitor visitor) {
        folders()
                .forEach(directory -> {
                    try (Stream<Path> files = Files.list(directory)) {
                        files.forEach(path -> {
                            try {
                                BasicFileAttributes attributes =
                                        Files.readAttributes(
                                                path,
                                                BasicFileAttributes.class,
                                                LinkOption.NOFOLLOW_LINKS);
                                if (attributes.isRegularFile()
                                        && path.getFileName().toString().length() == 64) {
                                    visitor.visit(path, attributes);
                                }
                            } catch (NoSuchFileException e) {
                                // removed meanwhile
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private List<Path> folders() {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(path -> path.getFileName().toString().length() == 2)
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The SHA-256 of a file's bytes as they are now.
    ///
    /// @param read told of bytes as they are read
    static String sha256(Path path, Consumer<Integer> read) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = Files.newInputStream(path)) {
            byte[] block = new byte[BLOCK_BYTES];
            for (int count = bytes.read(block); count >= 0; count = bytes.read(block)) {
                digest.update(block, 0, count);
                read.accept(count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
