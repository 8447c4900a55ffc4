package io.reconverge.client.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Writes a list: a JSON array with one element to a line, whatever its length in memory no more
/// than that.
final class Lister implements AutoCloseable {

    private final FileChannel channel;
    private final MessageDigest digest = sha256();
    private final OutputStream out;
    private long lines;
    private long size;

    Lister(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out =
                new BufferedOutputStream(
                        new DigestOutputStream(Channels.newOutputStream(channel), digest),
                        64 * 1024);
        write("[\n".getBytes(UTF_8));
    }

    void add(Line line) throws IOException {
        if (lines++ > 0) {
            write(",\n".getBytes(UTF_8));
        }
        write(line.bytes());
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        size += bytes.length;
    }

    /// Writes the end of it, to disk.
    Manifest.Listed end() throws IOException {
        write((lines > 0 ? "\n]\n" : "]\n").getBytes(UTF_8));
        out.flush();
        channel.force(true);
        return new Manifest.Listed(lines, size, HexFormat.of().formatHex(digest.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
