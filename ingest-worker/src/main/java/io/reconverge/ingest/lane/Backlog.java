package io.reconverge.ingest.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Records that wait for their partition's next transaction. Filled by the thread that fetches,
/// emptied by the one that applies: the slower the transactions, the more each takes.
///
/// Its bound is soft by one fetch: who fills it pauses fetching when [#add] says so, and goes on
/// when [#drain] says so.
final class Backlog {

    private final long bytesMax;
    private final Deque<Inbound> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean full;
    private boolean closed;

    /// @param bytesMax of records; it counts as full beyond it, and until it is half empty
    Backlog(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// @return whether it has just become full
    synchronized boolean add(List<Inbound> records) {
        for (Inbound inbound : records) {
            waiting.add(inbound);
            bytes += inbound.size();
        }
        notifyAll();
        boolean filled = !full && bytes > bytesMax;
        full |= filled;
        return filled;
    }

    /// Waits for a record to be there, or for the end.
    synchronized void await() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
    }

    /// @param records none when there are none, or it was closed
    /// @param roomAgain whether it has just ceased to be full
    record Drained(List<Inbound> records, boolean roomAgain) {}

    /// Takes what is there, within the limits; one record whatever its size.
    synchronized Drained drain(int changesMax, long recordBytesMax) {
        List<Inbound> taken = new ArrayList<>();
        int changes = 0;
        long taking = 0;
        while (!waiting.isEmpty() && !closed) {
            Inbound next = waiting.peek();
            changes +=
                    next instanceof Inbound.Write write
                            ? Math.max(1, write.request().changes().size())
                            : 1;
            taking += next.size();
            if (!taken.isEmpty() && (changes > changesMax || taking > recordBytesMax)) {
                break;
            }
            taken.add(waiting.remove());
            bytes -= next.size();
        }
        boolean roomAgain = full && bytes <= bytesMax / 2;
        full &= !roomAgain;
        return new Drained(taken, roomAgain);
    }

    /// Lets nobody wait any more, and forgets what waits: it is fetched again, by whoever has the
    /// partition then.
    synchronized void close() {
        closed = true;
        waiting.clear();
        bytes = 0;
        notifyAll();
    }

    synchronized int size() {
        return waiting.size();
    }
}
