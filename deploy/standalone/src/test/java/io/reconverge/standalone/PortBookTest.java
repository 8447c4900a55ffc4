package io.reconverge.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reconverge.parts.Ports;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortBookTest {
    @TempDir Path directory;

    @Test
    void a_port_once_given_is_given_again() {
        int first = book(Map.of()).of(Listener.ISSUER);
        assertThat(book(Map.of()).of(Listener.ISSUER)).isEqualTo(first);
        assertThat(book(Map.of()).of(Listener.FEED)).isNotEqualTo(first);
    }

    @Test
    void a_remembered_port_that_is_taken_is_given_up() throws Exception {
        int first = book(Map.of()).of(Listener.ISSUER);
        try (var other = new ServerSocket(first)) {
            int second = book(Map.of()).of(Listener.ISSUER);
            assertThat(second).isNotEqualTo(other.getLocalPort());
            assertThat(book(Map.of()).of(Listener.ISSUER)).isEqualTo(second);
        }
    }

    @Test
    void a_configured_port_wins_over_the_remembered_one() {
        book(Map.of()).of(Listener.ISSUER);
        int configured = Ports.free();
        assertThat(book(Map.of(Listener.ISSUER, configured)).of(Listener.ISSUER))
                .isEqualTo(configured);
    }

    @Test
    void a_configured_port_that_is_taken_is_named_with_its_variable() throws Exception {
        int port = Ports.free();
        try (var other = new ServerSocket(port)) {
            assertThat(other.isBound()).isTrue();
            assertThatThrownBy(() -> book(Map.of(Listener.GATEWAY, port)).of(Listener.GATEWAY))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage("Port %d is taken; set RECONVERGE_PORT to another.", port);
        }
    }

    @Test
    void a_file_with_nonsense_in_it_does_not_matter() throws Exception {
        Files.writeString(directory.resolve("ports.properties"), "issuer=x\nfeed\n=7\n");
        assertThat(book(Map.of()).of(Listener.ISSUER)).isPositive();
    }

    private PortBook book(Map<Listener, Integer> configured) {
        return new PortBook(directory.resolve("ports.properties"), configured);
    }
}
