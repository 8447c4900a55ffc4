package io.reconverge.client.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// A backup to be read: a folder, or a zip, whoever made it. Only what its lists name is looked at,
/// and nothing of it is read beyond the size that is said of it.
final class Source implements AutoCloseable {

    private final Path root;
    private final @Nullable FileSystem zip;

    private Source(Path root, @Nullable FileSystem zip) {
        this.root = root;
        this.zip = zip;
    }

    static Source open(Path backup) throws IOException {
        if (Files.isDirectory(backup)) {
            return new Source(backup, null);
        }
        if (!Files.isRegularFile(backup)) {
            throw new NoSuchFileException(backup.toString());
        }
        try {
            FileSystem zip = FileSystems.newFileSystem(backup);
            return new Source(zip.getPath("/"), zip);
        } catch (ProviderNotFoundException | IOException e) {
            throw new DamagedBackupException(
                    String.valueOf(backup.getFileName()),
                    "this is neither a folder nor a zip that can be read: " + e.getMessage());
        }
    }

    InputStream open(String path) throws IOException {
        return Files.newInputStream(file(path));
    }

    private Path file(String path) throws DamagedBackupException {
        Path file = root.resolve(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedBackupException(path, "the file is missing");
        }
        return file;
    }

    /// All of a file.
    byte[] bytes(String path, int max) throws IOException {
        try (InputStream in = open(path)) {
            byte[] bytes = in.readNBytes(max + 1);
            if (bytes.length > max) {
                throw new DamagedBackupException(path, "is larger than " + max + " bytes");
            }
            return bytes;
        }
    }

    /// Checks that a file is what is said of it.
    void check(String path, long size, String sha256, Tracker tracker) throws IOException {
        checkSize(path, size);
        tracker.begin(path);
        MessageDigest digest = Lister.sha256();
        try (InputStream in = new DigestInputStream(open(path), digest)) {
            byte[] block = new byte[64 * 1024];
            long left = size;
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                left -= read;
                if (left < 0) {
                    throw new DamagedBackupException(path, "has more than " + size + " bytes");
                }
                tracker.did(read);
            }
        } catch (ZipException e) {
            throw new DamagedBackupException(path, "the zip is damaged: " + e.getMessage());
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
            throw new DamagedBackupException(path, "its bytes are not those of its SHA-256");
        }
    }

    private void checkSize(String path, long size) throws IOException {
        long found = Files.size(file(path));
        if (found != size) {
            throw new DamagedBackupException(
                    path, "has %d bytes, and should have %d".formatted(found, size));
        }
    }

    /// Makes lines of their JSON.
    @FunctionalInterface
    interface Reader<T extends Line> {
        /// Reads a line.
        ///
        /// @throws IllegalArgumentException where it is none
        T read(byte[] json);
    }

    /// Takes lines as they are read.
    @FunctionalInterface
    interface Taker<T extends Line> {
        void take(T line) throws IOException;
    }

    /// Reads a list, line by line, each checked, and their order, which says that none is there
    /// twice.
    <T extends Line> void lines(String path, long count, Reader<T> reader, Taker<T> taker)
            throws IOException {
        try (InputStream in = new BufferedInputStream(open(path), 64 * 1024)) {
            expect(path, 1, line(in, path, 1), "[");
            byte[] before = null;
            for (long number = 2; number < count + 2; number++) {
                byte[] json = line(in, path, number);
                boolean comma = json.length > 0 && json[json.length - 1] == ',';
                if (comma != number < count + 1) {
                    throw damaged(
                            path, number, comma ? "no comma goes here" : "a comma is missing");
                }
                T line;
                try {
                    line = reader.read(comma ? Arrays.copyOf(json, json.length - 1) : json);
                } catch (IllegalArgumentException e) {
                    throw damaged(path, number, String.valueOf(e.getMessage()));
                }
                byte[] key = line.key().getBytes(UTF_8);
                if (before != null && Arrays.compareUnsigned(before, key) >= 0) {
                    throw damaged(path, number, "it comes twice, or not in order");
                }
                before = key;
                taker.take(line);
            }
            expect(path, count + 2, line(in, path, count + 2), "]");
            if (in.read() >= 0) {
                throw damaged(path, count + 3, "there is more than the manifest says");
            }
        }
    }

    private static void expect(String path, long number, byte[] line, String text)
            throws DamagedBackupException {
        if (!new String(line, UTF_8).equals(text)) {
            throw damaged(path, number, "should be " + text);
        }
    }

    private static byte[] line(InputStream in, String path, long number) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw damaged(path, number, "the file ends in its midst");
            }
            line.write(octet);
            if (line.size() > Line.MAX_BYTES) {
                throw damaged(path, number, "is longer than " + Line.MAX_BYTES + " bytes");
            }
        }
        return line.toByteArray();
    }

    private static DamagedBackupException damaged(String path, long number, String what) {
        return new DamagedBackupException(path + " line " + number, what);
    }

    @Override
    public void close() throws IOException {
        if (zip != null) {
            zip.close();
        }
    }
}
