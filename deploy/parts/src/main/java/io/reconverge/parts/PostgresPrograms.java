package io.reconverge.parts;

import com.sun.security.auth.module.UnixSystem;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's own programs, unpacked for this machine.
///
/// @param directory the folder that holds `bin`, `lib` and `share`
record PostgresPrograms(Path directory) {

    /// Unpacks the programs below `parent`, or takes those that an earlier run, or another process,
    /// unpacked there.
    static PostgresPrograms unpackedBelow(Path parent) {
        try {
            byte[] archive = archive();
            var checksum = new CRC32C();
            checksum.update(archive);
            Path home = parent.resolve("postgresql-%08x".formatted(checksum.getValue()));
            if (Files.notExists(home)) {
                Files.createDirectories(parent);
                unpack(archive, home);
            }
            return new PostgresPrograms(home);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "PostgreSQL's programs cannot be unpacked into " + parent, e);
        }
    }

    /// Runs one of the programs to its end.
    ///
    /// @return its exit code and what it printed
    Outcome run(Duration limit, String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // PostgreSQL refuses to run as root; inside its own user namespace it is nobody, yet
            // the files stay ours
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(directory.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("reconverge-" + program, ".out");
            try {
                return run(limit, command, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be run".formatted(program), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while %s ran".formatted(program), e);
        }
    }

    /// The output goes through a file: a server that `pg_ctl` starts would hold a pipe open for
    /// ever.
    private static Outcome run(Duration limit, List<String> command, Path output)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("%s did not end within %s".formatted(command, limit));
        }
        return new Outcome(process.exitValue(), Files.readString(output).strip());
    }

    private static boolean isRoot() {
        return new UnixSystem().getUid() == 0;
    }

    private static byte[] archive() throws IOException {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = name.contains("mac") ? "Darwin" : "Linux";
        String architecture = System.getProperty("os.arch").replace("amd64", "x86_64");
        try (InputStream resource =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture)) {
            if (resource == null) {
                throw new IOException(
                        "no PostgreSQL for %s on %s is packed here"
                                .formatted(system, architecture));
            }
            return resource.readAllBytes();
        }
    }

    /// Unpacked beside its place and moved there whole, so that nobody ever runs half of it.
    private static void unpack(byte[] archive, Path home) throws IOException {
        Path beside = Files.createTempDirectory(home.getParent(), "unpacking-");
        try (var entries =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                unpack(entries, entry, beside);
            }
        }
        try {
            Files.move(beside, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (Files.notExists(home)) {
                throw e;
            }
            Folders.delete(beside);
        }
    }

    private static void unpack(TarArchiveInputStream entries, TarArchiveEntry entry, Path root)
            throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("an archive entry leads out of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path folder = Objects.requireNonNull(target.getParent());
        Files.createDirectories(folder);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(entries, target);
            if (folder.endsWith("bin")) {
                target.toFile().setExecutable(true);
            }
        }
    }

    record Outcome(int exitCode, String output) {}
}
