package io.reconverge.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A way to a server on this machine that can fail as networks do.
public final class TcpProxy implements AutoCloseable {

    private static final int STEP = 16 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicLong heldBack = new AtomicLong();
    private final Object gate = new Object();
    private boolean stalled;
    private volatile boolean refusing;

    /// @param target the server's port on 127.0.0.1
    public static TcpProxy to(int target) {
        try {
            var proxy =
                    new TcpProxy(
                            new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Connections are made and kept, and nothing gets through any more in either direction.
    public void stall() {
        synchronized (gate) {
            heldBack.set(0);
            stalled = true;
        }
    }

    /// How many times since [#stall] something was sent that did not get through.
    public long heldBack() {
        return heldBack.get();
    }

    /// Connections end as soon as they are made, and those there are end now.
    public void refuse() {
        refusing = true;
        drop();
    }

    /// All is well again; what was held back gets through.
    public void pass() {
        refusing = false;
        synchronized (gate) {
            stalled = false;
            gate.notifyAll();
        }
    }

    /// Ends the connections there are.
    public void drop() {
        open.forEach(TcpProxy::end);
    }

    /// The next so many times that the server answers, the connection ends instead: it has done
    /// what it was asked, and nobody is told.
    public void loseAnswers(int count) {
        answersToLose.set(count);
    }

    public int answersToLose() {
        return answersToLose.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client) {
            if (refusing) {
                return;
            }
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                open.add(server);
                Thread answers =
                        Thread.ofVirtual().start(() -> pump(server, client, answersToLose));
                pump(client, server, new AtomicInteger());
                answers.join();
            }
        } catch (IOException gone) {
            // the server is not there: the client's connection ends too
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pump(Socket from, Socket to, AtomicInteger toLose) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] step = new byte[STEP];
            for (int read = in.read(step); read >= 0; read = in.read(step)) {
                if (toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                pass(from);
                out.write(step, 0, read);
            }
        } catch (IOException ended) {
            // both ends go
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
        }
    }

    private void pass(Socket from) throws InterruptedException {
        synchronized (gate) {
            if (stalled) {
                heldBack.incrementAndGet();
            }
            while (stalled && !from.isClosed()) {
                gate.wait(100);
            }
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException ended) {
            // it is closed
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException closed) {
            // it is
        }
        drop();
    }
}
