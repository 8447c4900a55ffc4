package io.reconverge.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// Keeps SQLite's native library in the user's cache. Left to itself, the driver unpacks it anew
/// for each process: a tenth of what a short command takes.
final class NativeSqlite {

    private NativeSqlite() {}

    /// Unpacks it where that was not done yet, and tells the driver where it is. Where this fails
    /// the driver does as it always does.
    static void keepUnpacked(Map<String, String> environment) {
        try (InputStream library =
                NativeSqlite.class.getResourceAsStream(
                        LibraryLoaderUtil.getNativeLibResourcePath()
                                + "/"
                                + LibraryLoaderUtil.getNativeLibName())) {
            if (library == null || System.getProperty("org.sqlite.lib.path") != null) {
                return;
            }
            Path folder =
                    cache(environment)
                            .resolve("sqlite-" + SQLiteJDBCLoader.getVersion())
                            .resolve(
                                    LibraryLoaderUtil.getNativeLibResourcePath()
                                            .replaceFirst(".*/native/", ""));
            Path file = folder.resolve(LibraryLoaderUtil.getNativeLibName());
            if (!Files.exists(file)) {
                Files.createDirectories(folder);
                Path temporary = Files.createTempFile(folder, "unpacking", "");
                Files.copy(library, temporary, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
            System.setProperty("org.sqlite.lib.path", folder.toString());
        } catch (IOException | RuntimeException e) {
            // a cache that cannot be written to is no reason to fail
        }
    }

    private static Path cache(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base =
                cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        return base.resolve("reconverge");
    }
}
