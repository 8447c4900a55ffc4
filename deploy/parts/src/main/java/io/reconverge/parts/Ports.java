package io.reconverge.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// Free TCP ports on loopback.
///
/// Not what the system hands out for port 0: those lie in the range that outgoing connections take
/// their own port from. A client that keeps trying a stopped part's port from that range sooner or
/// later connects to itself, and the part can't have its port back.
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;
    private static final int ATTEMPTS = 200;
    private static final int START_ATTEMPTS = 3;

    /// Who was given one may not listen on it yet. The oldest are forgotten.
    private static final int REMEMBERED = 1_000;

    private static final Set<Integer> GIVEN = new LinkedHashSet<>();

    private Ports() {}

    /// A port that nothing listened on a moment ago, and that nobody else in this process was given
    /// lately. Someone outside it may still take it first.
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (isFree(port) && give(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "no free port found between %d and %d in %d attempts"
                        .formatted(FIRST, LAST, ATTEMPTS));
    }

    private static boolean give(int port) {
        synchronized (GIVEN) {
            if (!GIVEN.add(port)) {
                return false;
            }
            if (GIVEN.size() > REMEMBERED) {
                GIVEN.remove(GIVEN.iterator().next());
            }
            return true;
        }
    }

    /// Starts something on a free port, and on another where someone else took that one first.
    ///
    /// @param start given a port; throws [PortTakenException] where it is taken
    static void onFree(IntConsumer start) {
        for (int attempt = 1; ; attempt++) {
            try {
                start.accept(free());
                return;
            } catch (PortTakenException e) {
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /// Whether a listener could be opened on this port, both on 127.0.0.1 and on every address.
    public static boolean isFree(int port) {
        return binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && binds(new InetSocketAddress(port));
    }

    /// The same, waited for a while: who was stopped a moment ago, or looks at the port as this
    /// does, may still have it.
    public static boolean isFreeWithin(int port, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isFree(port)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(50_000_000);
        }
        return true;
    }

    private static boolean binds(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
