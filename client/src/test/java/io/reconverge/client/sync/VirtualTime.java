package io.reconverge.client.sync;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/// Time that passes only by doing what is due, in order; on one thread.
final class VirtualTime {

    private record Task(long atMillis, long number, Runnable work) {}

    private final Queue<Task> tasks =
            new PriorityQueue<>(
                    Comparator.comparingLong(Task::atMillis).thenComparingLong(Task::number));
    private long nowMillis;
    private long number;

    long nowMillis() {
        return nowMillis;
    }

    void after(long millis, Runnable work) {
        at(nowMillis + millis, work);
    }

    void at(long atMillis, Runnable work) {
        tasks.add(new Task(Math.max(atMillis, nowMillis), ++number, work));
    }

    /// Does all that is due until then.
    void runUntil(long untilMillis) {
        for (Task next = tasks.peek();
                next != null && next.atMillis <= untilMillis;
                next = tasks.peek()) {
            tasks.remove();
            nowMillis = next.atMillis;
            next.work.run();
        }
        nowMillis = untilMillis;
    }
}
