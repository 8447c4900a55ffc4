package io.reconverge.client.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes a zip of a folder, always the same of the same: nothing compressed, the manifest first and
/// the rest by path, all at one time.
final class Zip {

    /// The first that a zip can tell.
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Zip() {}

    static void of(Path folder, Path target) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (String path : paths(folder)) {
                Path file = folder.resolve(path);
                ZipEntry entry = new ZipEntry(path);
                entry.setTimeLocal(ALWAYS);
                entry.setSize(Files.size(file));
                entry.setCompressedSize(Files.size(file));
                entry.setCrc(crc(file));
                zip.putNextEntry(entry);
                Files.copy(file, zip);
                zip.closeEntry();
            }
            zip.finish();
            out.flush();
            channel.force(true);
        }
    }

    private static List<String> paths(Path folder) throws IOException {
        List<String> paths = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(path -> !path.equals(Layout.MANIFEST))
                    .sorted()
                    .forEach(paths::add);
        }
        paths.addFirst(Layout.MANIFEST);
        return paths;
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream bytes = new CheckedInputStream(Files.newInputStream(file), crc)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return crc.getValue();
    }
}
