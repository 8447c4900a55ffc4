package io.reconverge.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The one folder that keeps everything, held by one standalone at a time.
///
/// The lock is the system's, on an open file: it goes with the process, however that ends.
final class DataFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    static DataFolder open(Path root) {
        try {
            Files.createDirectories(
                    root,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.createDirectories(root.resolve("log"));
            FileChannel lock =
                    FileChannel.open(
                            root.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!locked(lock)) {
                String owner = Files.readString(root.resolve("lock")).strip();
                lock.close();
                throw new CannotStart(
                        "Another standalone (process %s) runs on %s; set RECONVERGE_DATA to another folder."
                                .formatted(owner, root));
            }
            lock.truncate(0);
            lock.write(
                    ByteBuffer.wrap(
                            Long.toString(ProcessHandle.current().pid())
                                    .getBytes(StandardCharsets.UTF_8)),
                    0);
            return new DataFolder(root, lock);
        } catch (IOException e) {
            throw new CannotStart(
                    "The data folder %s cannot be written (%s); set RECONVERGE_DATA to another."
                            .formatted(root, reason(e)),
                    e);
        }
    }

    Path root() {
        return root;
    }

    Path broker() {
        return root.resolve("broker");
    }

    Path database() {
        return root.resolve("database");
    }

    Path objects() {
        return root.resolve("objects");
    }

    Path issuer() {
        return root.resolve("issuer");
    }

    Path log() {
        return root.resolve("log").resolve("reconverge.log");
    }

    /// Which ports the parts had last; read by `deploy/standalone/token` too.
    Path ports() {
        return root.resolve("ports.properties");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "no permission";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> failure.getClass().getSimpleName();
        };
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }
}
