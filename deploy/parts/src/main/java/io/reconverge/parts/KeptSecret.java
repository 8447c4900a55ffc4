package io.reconverge.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// A secret that is made once and kept in a file that only its owner can read.
final class KeptSecret {
    private KeptSecret() {}

    /// The file's secret, made when there is no such file: hexadecimal digits.
    static String in(Path file, int randomBytes) {
        try {
            if (Files.notExists(file)) {
                Path unfinished = file.resolveSibling(file.getFileName() + "-unfinished");
                Files.deleteIfExists(unfinished);
                Files.createFile(
                        unfinished,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
                byte[] random = new byte[randomBytes];
                new SecureRandom().nextBytes(random);
                Files.writeString(unfinished, HexFormat.of().formatHex(random) + "\n");
                Files.move(unfinished, file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("a secret cannot be kept in " + file, e);
        }
    }
}
