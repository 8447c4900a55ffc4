package io.reconverge.client.media;

import io.reconverge.client.SteppingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Timers that go by a clock which is moved by hand.
final class ManualTimers implements Timers {

    private record Due(long atMillis, Runnable task) {}

    private final SteppingClock clock;
    private final List<Due> waiting = new ArrayList<>();

    ManualTimers(SteppingClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void after(Duration delay, Runnable task) {
        waiting.add(new Due(clock.millis() + delay.toMillis(), task));
    }

    synchronized int count() {
        return waiting.size();
    }

    /// Lets time pass, and runs what is due then.
    void pass(Duration time) {
        clock.pass(time);
        List<Due> due;
        synchronized (this) {
            due = waiting.stream().filter(each -> each.atMillis() <= clock.millis()).toList();
            waiting.removeAll(due);
        }
        due.forEach(each -> each.task().run());
    }
}
