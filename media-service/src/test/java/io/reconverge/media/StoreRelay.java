package io.reconverge.media;

import io.reconverge.parts.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Stands before a store, counts what it gives, and keeps some of it back. Set it as
/// `reconverge.media.s3.endpoint`.
public final class StoreRelay implements AutoCloseable {

    private static final int PIECE_BYTES = 16 * 1024;

    /// So that little is under way where nobody counts.
    private static final int SOCKET_BYTES = 64 * 1024;

    private enum Beyond {
        HOLD,
        CUT
    }

    private final ServerSocket server;
    private final URI store;
    private final AtomicLong given = new AtomicLong();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private long allowance = Long.MAX_VALUE;
    private Beyond beyond = Beyond.HOLD;

    private StoreRelay(ServerSocket server, URI store) {
        this.server = server;
        this.store = store;
    }

    public static StoreRelay before(ObjectStore store) {
        try {
            var relay =
                    new StoreRelay(
                            new ServerSocket(0, 100, InetAddress.getLoopbackAddress()),
                            store.endpoint());
            Thread.ofVirtual().name("relay").start(relay::accept);
            return relay;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /// The setting that leads a media service here.
    public String setting() {
        return "reconverge.media.s3.endpoint=" + endpoint();
    }

    /// Bytes of the store's answers that were passed on.
    public long given() {
        return given.get();
    }

    /// Connections that are open now.
    public int connections() {
        return clients.size();
    }

    /// Passes this many more bytes on in all, and then none until [#release].
    public void holdAfter(long bytes) {
        allow(bytes, Beyond.HOLD);
    }

    /// Passes this many more bytes on in all; then every connection is cut until [#release].
    public void cutAfter(long bytes) {
        allow(bytes, Beyond.CUT);
    }

    public void release() {
        allow(Long.MAX_VALUE, Beyond.HOLD);
    }

    private void allow(long bytes, Beyond beyond) {
        synchronized (change) {
            this.allowance = bytes;
            this.beyond = beyond;
            change.notifyAll();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                client.setSendBufferSize(SOCKET_BYTES);
                var upstream = new Socket();
                upstream.setReceiveBufferSize(SOCKET_BYTES);
                upstream.connect(new InetSocketAddress(store.getHost(), store.getPort()));
                clients.add(client);
                Thread.ofVirtual().start(() -> pass(client, upstream, false));
                Thread.ofVirtual().start(() -> pass(upstream, client, true));
            } catch (IOException closed) {
                continue;
            }
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] piece = new byte[PIECE_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                int passed = 0;
                while (passed < count) {
                    int some = answers ? allowed(count - passed) : count - passed;
                    if (some < 0) {
                        return;
                    }
                    out.write(piece, passed, some);
                    passed += some;
                    if (answers) {
                        given.addAndGet(some);
                    }
                }
            }
        } catch (IOException closed) {
            // one end is gone, so the other goes too
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(from);
            clients.remove(to);
        }
    }

    /// How many may be passed on, at least one; waited for; negative when the connection is to be
    /// cut.
    private int allowed(int wanted) throws InterruptedException {
        synchronized (change) {
            while (allowance == 0 && beyond == Beyond.HOLD) {
                change.wait();
            }
            if (allowance == 0) {
                return -1;
            }
            int some = (int) Math.min(wanted, allowance);
            if (allowance != Long.MAX_VALUE) {
                allowance -= some;
            }
            return some;
        }
    }

    @Override
    public void close() {
        release();
        try {
            server.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
