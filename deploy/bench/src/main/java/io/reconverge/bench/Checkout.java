package io.reconverge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The checkout that is measured.
final class Checkout {
    private Checkout() {}

    static Path folder() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder.getParent() != null && Files.notExists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static String commit() {
        String changed = git("status", "--porcelain", "--untracked-files=no");
        return git("rev-parse", "HEAD") + (changed.isEmpty() ? "" : ", with changes");
    }

    private static String git(String... arguments) {
        try {
            var command = new ArrayList<>(List.of("git"));
            command.addAll(List.of(arguments));
            Process git =
                    new ProcessBuilder(command)
                            .directory(folder().toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
