package io.reconverge.client.cli;

import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The folder that has all of it: `replica.db`, `media/`, `config.json` and `token`.
record Home(Path folder) {

    Home {
        folder = folder.toAbsolutePath().normalize();
    }

    /// What `login` keeps beside the token.
    ///
    /// @param server null before the first login
    /// @param tokenCommand a shell command that prints a token; null for none
    /// @param strategies by type, the names of [Strategy]
    record Config(
            @Nullable URI server, @Nullable String tokenCommand, Map<String, String> strategies) {

        @SuppressWarnings("NullAway") // Jackson hands over null for a member that is not there
        Config {
            strategies = strategies == null ? Map.of() : Map.copyOf(strategies);
        }

        Config signedIn(URI server, @Nullable String tokenCommand) {
            return new Config(server, tokenCommand, strategies);
        }

        Config signedOut() {
            return new Config(server, null, strategies);
        }

        Config withStrategies(Map<String, String> strategies) {
            return new Config(server, tokenCommand, strategies);
        }
    }

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    static Home of(@Nullable Path option, Map<String, String> environment) {
        if (option != null) {
            return new Home(option);
        }
        String home = environment.getOrDefault("RECONVERGE_HOME", "");
        if (!home.isEmpty()) {
            return new Home(Path.of(home));
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base =
                data.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "share")
                        : Path.of(data);
        return new Home(base.resolve("reconverge"));
    }

    Path replica() {
        return folder.resolve("replica.db");
    }

    Path token() {
        return folder.resolve("token");
    }

    private Path configFile() {
        return folder.resolve("config.json");
    }

    /// Makes the folder where there is none, for its owner alone.
    void make() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, attributes("rwx------"));
        }
    }

    Config config() throws IOException {
        try {
            return WireJson.MAPPER.readValue(Files.readString(configFile()), Config.class);
        } catch (NoSuchFileException e) {
            return new Config(null, null, Map.of());
        } catch (JacksonException e) {
            throw new Failure(
                    ExitCode.FAILED,
                    "%s cannot be read: %s".formatted(configFile(), e.getOriginalMessage()));
        }
    }

    void config(Config config) throws IOException {
        write(
                configFile(),
                WireJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }

    Optional<String> storedToken() throws IOException {
        try {
            return Optional.of(Files.readString(token()).strip()).filter(token -> !token.isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void storeToken(String token) throws IOException {
        write(token(), token + "\n");
    }

    void forgetToken() throws IOException {
        Files.deleteIfExists(token());
    }

    /// Whether nobody but the owner can read the token, as far as the file system can tell.
    boolean tokenIsPrivate() throws IOException {
        return !isPosix()
                || !Files.exists(token())
                || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(token()));
    }

    /// The whole file or none of it, and never readable by others on the way.
    private void write(Path file, String text) throws IOException {
        make();
        Path temporary = Files.createTempFile(folder, ".new", "", attributes("rw-------"));
        try {
            Files.writeString(temporary, text);
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
