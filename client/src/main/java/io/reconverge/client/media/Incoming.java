package io.reconverge.client.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/// A file that is being written, and hashed on the way. Its lock tells other processes that it is
/// somebody's; it goes with the process. For one thread at a time.
final class Incoming implements AutoCloseable {

    private static final String PARTIAL = ".part";

    private final Path path;
    private final FileChannel channel;
    private MessageDigest digest = Cache.sha256();
    private long size;

    private Incoming(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Another process, or another thread of this, has the file.
    static final class InUseException extends IOException {
        private static final long serialVersionUID = 1;

        InUseException(Path path) {
            super(path.getFileName() + " is being written by another");
        }
    }

    static Incoming make(Path folder) throws IOException {
        while (true) {
            try {
                return locked(
                        folder.resolve(UUID.randomUUID().toString()),
                        StandardOpenOption.CREATE_NEW);
            } catch (InUseException e) {
                // swept between its making and its locking: another name
            }
        }
    }

    static Incoming partial(Path folder, String sha256) throws IOException {
        Incoming partial = locked(folder.resolve(sha256 + PARTIAL), StandardOpenOption.CREATE);
        try {
            partial.resume();
            return partial;
        } catch (IOException e) {
            partial.close();
            throw e;
        }
    }

    static Incoming reopen(Path path) throws IOException {
        return locked(path, StandardOpenOption.WRITE);
    }

    private static Incoming locked(Path path, StandardOpenOption how) throws IOException {
        FileChannel channel =
                FileChannel.open(path, how, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null && Files.exists(path)) {
                return new Incoming(path, channel);
            }
        } catch (OverlappingFileLockException e) {
            // in use by another thread
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new InUseException(path);
    }

    private void resume() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(64 * 1024);
        while (channel.read(block) >= 0) {
            size += block.position();
            digest.update(block.flip());
            block.clear();
        }
    }

    boolean isPartial() {
        return path.getFileName().toString().endsWith(PARTIAL);
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /// What came so far, from its beginning.
    InputStream read() throws IOException {
        return Files.newInputStream(path);
    }

    void write(ByteBuffer bytes) throws IOException {
        size += bytes.remaining();
        digest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Begins again with nothing.
    void clear() throws IOException {
        channel.truncate(0);
        channel.position(0);
        digest = Cache.sha256();
        size = 0;
    }

    /// Writes all to disk.
    void force() throws IOException {
        channel.force(true);
    }

    /// Of all that was written. Once.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
