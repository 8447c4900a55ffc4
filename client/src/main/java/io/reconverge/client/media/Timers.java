package io.reconverge.client.media;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs something later, on any thread. There is no taking back: what runs looks whether it is
/// still wanted.
@FunctionalInterface
interface Timers {

    void after(Duration delay, Runnable task);

    static Timers system() {
        return (delay, task) ->
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(task);
    }
}
