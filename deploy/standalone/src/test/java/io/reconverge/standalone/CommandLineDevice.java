package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.client.cli.Reconverge;
import io.reconverge.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A person's device: a folder, and `reconverge` run on it, each command as a process of its own.
final class CommandLineDevice {

    private static final int LIMIT_SECONDS = 120;

    private final Path folder;

    /// @param folder of the device alone; made when it is not there
    CommandLineDevice(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /// How a command ended.
    record Ran(int exit, String out, String err) {

        JsonNode json() {
            return WireJson.MAPPER.readTree(out);
        }

        Ran expect(int exit) {
            assertThat(this.exit).as("%s", this).isEqualTo(exit);
            return this;
        }
    }

    Path home() {
        return folder.resolve("home");
    }

    void signIn(StandaloneProcess standalone, String user) throws Exception {
        Path token = folder.resolve("token-of-" + user);
        Files.writeString(token, standalone.token(user));
        run("login", "--server", standalone.gateway(), "--token-file", token.toString()).expect(0);
    }

    /// Runs a command to its end.
    Ran run(String... arguments) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process =
                builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("%s ends", List.of(arguments))
                .isTrue();
        return new Ran(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /// Begins a command whose end is not waited for.
    Process begin(String... arguments) throws IOException {
        return builder(arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Reconverge.class.getName(),
                                "--home",
                                home().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("RECONVERGE_"));
        return builder;
    }

    void put(String type, String id, String json) throws Exception {
        run("put", type, id, json.replace('\'', '"')).expect(0);
    }

    JsonNode data(String type, String id) throws Exception {
        return run("--json", "get", type, id).expect(0).json().get("data");
    }

    /// Everything that the device has, as files by their paths.
    SortedMap<String, String> export(String name) throws Exception {
        Path target = folder.resolve(name);
        run("export", target.toString()).expect(0);
        var files = new TreeMap<String, String>();
        try (var paths = Files.walk(target)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(
                        target.relativize(path).toString(),
                        new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }
}
