package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.reconverge.parts.Ports;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a process of its own, without the services: what it does with its folder, its
/// ports and its children.
class PlatformTest {
    @TempDir Path directory;

    @Test
    void two_run_side_by_side_but_not_on_one_folder() {
        Path folder = directory.resolve("one");
        try (var one = StandaloneProcess.of(PlatformOnly.class, folder).start();
                var two =
                        StandaloneProcess.of(PlatformOnly.class, directory.resolve("two")).start();
                var intruder = StandaloneProcess.of(PlatformOnly.class, folder)) {
            assertThat(headerOf(one.token("alice"))).isNotEqualTo(headerOf(two.token("alice")));
            assertThat(intruder.startInVain()).isEqualTo(1);
            assertThat(intruder.said())
                    .singleElement()
                    .asString()
                    .startsWith("Another standalone (process ")
                    .endsWith(
                            "runs on %s; set RECONVERGE_DATA to another folder.".formatted(folder));
            assertThat(one.token("alice")).isNotEmpty();
        }
    }

    @Test
    void a_taken_port_is_said_in_one_sentence_before_anything_starts() throws Exception {
        int port = Ports.free();
        try (var other = new ServerSocket(port);
                var standalone =
                        StandaloneProcess.of(PlatformOnly.class, directory.resolve("data"))
                                .with("RECONVERGE_PORT", Integer.toString(other.getLocalPort()))) {
            assertThat(standalone.startInVain()).isEqualTo(1);
            assertThat(standalone.said())
                    .containsExactly(
                            "Reconverge starts on " + directory.resolve("data"),
                            "Port %d is taken; set RECONVERGE_PORT to another.".formatted(port));
        }
    }

    @Test
    void a_folder_that_cannot_be_written_is_said_in_one_sentence() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        try (var standalone = StandaloneProcess.of(PlatformOnly.class, file.resolve("data"))) {
            assertThat(standalone.startInVain()).isEqualTo(1);
            assertThat(standalone.said())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "The data folder %s cannot be written".formatted(file.resolve("data")));
        }
    }

    private static String headerOf(String token) {
        assertThat(token).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
        return token.substring(0, token.indexOf('.'));
    }
}
