package io.reconverge.chaos.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Against a server that says again what it hears.
@Timeout(30)
class TcpProxyTest {
    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echo);
        proxy = TcpProxy.before("echo", server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void what_is_said_comes_through_both_ways() throws IOException {
        try (Socket client = connect()) {
            assertThat(said(client, 'a')).isEqualTo('a');
            assertThat(proxy.accepted()).isEqualTo(1);
        }
    }

    @Test
    void a_cut_ends_connections_and_lets_new_ones_in() throws IOException {
        try (Socket client = connect()) {
            said(client, 'a');
            proxy.cut();
            assertThatThrownBy(() -> said(client, 'b')).isInstanceOf(IOException.class);
        }
        try (Socket client = connect()) {
            assertThat(said(client, 'c')).isEqualTo('c');
        }
    }

    @Test
    void who_is_refused_gets_no_word_until_it_is_over() throws IOException {
        proxy.refuse(true);
        assertThatThrownBy(
                        () -> {
                            try (Socket client = connect()) {
                                said(client, 'a');
                            }
                        })
                .isInstanceOf(IOException.class);
        proxy.refuse(false);
        try (Socket client = connect()) {
            assertThat(said(client, 'b')).isEqualTo('b');
        }
    }

    @Test
    void a_delay_holds_up_each_direction() throws IOException {
        try (Socket client = connect()) {
            said(client, 'a');
            proxy.delay(100);
            long begin = System.nanoTime();
            assertThat(said(client, 'b')).isEqualTo('b');
            assertThat((System.nanoTime() - begin) / 1_000_000).isGreaterThanOrEqualTo(200);
        }
    }

    @Test
    void a_half_closed_connection_goes_on_in_its_other_direction() throws IOException {
        try (ServerSocket talker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TcpProxy before = TcpProxy.before("talker", talker.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), before.port());
                Socket end = talker.accept()) {
            end.getOutputStream().write('a');
            assertThat(client.getInputStream().read()).isEqualTo('a');

            before.halfClose();

            assertThat(end.getInputStream().read()).as("the server sees an end").isEqualTo(-1);
            end.getOutputStream().write('b');
            assertThat(client.getInputStream().read()).isEqualTo('b');
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static int said(Socket client, int what) throws IOException {
        client.getOutputStream().write(what);
        int heard = client.getInputStream().read();
        if (heard < 0) {
            throw new IOException("the other end is gone");
        }
        return heard;
    }

    private void echo() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual()
                        .start(() -> {
                            try (client) {
                                client.getInputStream().transferTo(client.getOutputStream());
                            } catch (IOException gone) {
                                // as some tests want it
                            }
                        });
            } catch (IOException closed) {
                return;
            }
        }
    }
}
