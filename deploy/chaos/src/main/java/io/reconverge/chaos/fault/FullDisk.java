package io.reconverge.chaos.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A small file system in memory, to be filled to its last byte. Needs the right to mount.
public final class FullDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path folder;

    private FullDisk(Path folder) {
        this.folder = folder;
    }

    /// @param folder made, and mounted on
    /// @return nothing where this machine does not let us mount
    public static Optional<FullDisk> mount(Path folder, int megabytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=%dm".formatted(megabytes),
                        "tmpfs",
                        folder.toString())
                ? Optional.of(new FullDisk(folder))
                : Optional.empty();
    }

    /// Takes all the room that is left.
    public void fill() {
        try (OutputStream ballast = Files.newOutputStream(folder.resolve(BALLAST))) {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (true) {
                ballast.write(chunk);
            }
        } catch (IOException full) {
            // which is what was wanted
        }
    }

    public void empty() {
        try {
            Files.deleteIfExists(folder.resolve(BALLAST));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
