package io.reconverge.chaos.proxy;

import io.reconverge.parts.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between clients and one port of 127.0.0.1, and lets through what comes, as long as nobody
/// has it do otherwise. Safe for many threads.
public final class TcpProxy implements AutoCloseable {

    private final String name;
    private final int target;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean refusing;
    private volatile long delayMillis;

    private TcpProxy(String name, int target, ServerSocket listener) {
        this.name = name;
        this.target = target;
        this.listener = listener;
    }

    /// @param target port on 127.0.0.1; need not be open yet
    public static TcpProxy before(String name, int target) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 500);
            TcpProxy proxy = new TcpProxy(name, target, listener);
            Thread.ofVirtual().name("proxy-" + name).start(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String name() {
        return name;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Connections that were ever made to it.
    public int accepted() {
        return accepted.get();
    }

    /// Connections that are open.
    public int open() {
        return links.size();
    }

    /// Ends every connection with a reset. New ones are let in.
    public void cut() {
        List.copyOf(links).forEach(Link::reset);
    }

    /// Lets nobody in, and nobody stay, until told otherwise.
    public void refuse(boolean refuse) {
        refusing = refuse;
        if (refuse) {
            cut();
        }
    }

    /// Holds all that is on its way, in each direction, for so long; 0 ends it.
    public void delay(long millis) {
        delayMillis = millis;
    }

    /// Ends one direction of every open connection, of each in turn the one to the server and the
    /// one from it: that side sees the end of the stream, what is still said to it is lost, and the
    /// other direction goes on.
    public void halfClose() {
        int turn = 0;
        for (Link link : links) {
            link.halfClose(turn++ % 2 == 0);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    reset(client);
                } else {
                    Thread.ofVirtual().start(() -> connect(client));
                }
            } catch (IOException closedOrAborted) {
                // the next one, or the end
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Link link = new Link(client, server);
            links.add(link);
            if (refusing) {
                link.reset();
            }
            Thread.ofVirtual().start(() -> link.pump(true));
            link.pump(false);
        } catch (IOException nobodyThere) {
            reset(client);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException gone) {
            // which is what was wanted
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        cut();
    }

    /// A client's connection and the one to the server that it goes on in.
    private final class Link {
        private static final int CHUNK_BYTES = 64 * 1024;

        private final Socket client;
        private final Socket server;
        private final AtomicInteger directions = new AtomicInteger(2);
        private volatile boolean deafServer;
        private volatile boolean deafClient;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pump(boolean toServer) {
            Socket from = toServer ? client : server;
            Socket to = toServer ? server : client;
            byte[] chunk = new byte[CHUNK_BYTES];
            try {
                for (int read = from.getInputStream().read(chunk);
                        read >= 0;
                        read = from.getInputStream().read(chunk)) {
                    if (delayMillis > 0) {
                        Thread.sleep(delayMillis);
                    }
                    if (!(toServer ? deafServer : deafClient)) {
                        to.getOutputStream().write(chunk, 0, read);
                    }
                }
                if (!to.isOutputShutdown()) {
                    to.shutdownOutput();
                }
            } catch (IOException broken) {
                reset();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                reset();
            } finally {
                if (directions.decrementAndGet() == 0) {
                    reset();
                }
            }
        }

        void halfClose(boolean towardsServer) {
            try {
                if (towardsServer) {
                    deafServer = true;
                    server.shutdownOutput();
                } else {
                    deafClient = true;
                    client.shutdownOutput();
                }
            } catch (IOException gone) {
                reset();
            }
        }

        void reset() {
            links.remove(this);
            // an end that was reached in order is told as one
            if (directions.get() == 0) {
                close(client);
                close(server);
            } else {
                TcpProxy.reset(client);
                TcpProxy.reset(server);
            }
        }

        private static void close(Socket socket) {
            try {
                socket.close();
            } catch (IOException gone) {
                // which is what was wanted
            }
        }
    }
}
