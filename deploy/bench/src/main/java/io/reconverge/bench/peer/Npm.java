package io.reconverge.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Installs packages, once.
public final class Npm {
    private static final long LIMIT_MINUTES = 15;

    private Npm() {}

    /// @param home made when absent
    /// @return why it cannot be installed; empty when it is
    public static Optional<String> install(Path home, List<String> packages) {
        try {
            Path done = home.resolve("installed");
            if (Files.exists(done)) {
                return Optional.empty();
            }
            Files.createDirectories(home);
            Files.writeString(home.resolve("package.json"), "{\"private\":true}\n");
            List<String> command =
                    new ArrayList<>(
                            List.of("npm", "install", "--no-audit", "--no-fund", "--omit=dev"));
            command.addAll(packages);
            Path log = home.resolve("npm.log");
            Process npm =
                    new ProcessBuilder(command)
                            .directory(home.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!npm.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                return Optional.of("npm took more than %d minutes".formatted(LIMIT_MINUTES));
            }
            if (npm.exitValue() != 0) {
                return Optional.of(
                        "npm failed with “%s”, see %s".formatted(Complaint.in(log), log));
            }
            Files.createFile(done);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of("npm cannot be run: " + failure.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(stop));
        }
    }
}
