package io.reconverge.ingest.lane;

/// Waits between tries: from [#FIRST_MILLIS], doubled each time, up to [#LAST_MILLIS].
final class Backoff {

    static final long FIRST_MILLIS = 100;
    static final long LAST_MILLIS = 5_000;

    private long next = FIRST_MILLIS;

    void sleep() throws InterruptedException {
        Thread.sleep(next);
        next = Math.min(LAST_MILLIS, next * 2);
    }

    void reset() {
        next = FIRST_MILLIS;
    }
}
