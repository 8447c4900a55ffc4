package io.reconverge.ingest.lane;

import java.util.concurrent.Semaphore;

/// Lets so many lanes work at once, in the order in which they came.
///
/// Under load that makes batches grow: what arrives for a lane that waits goes with what it waits
/// with, in one transaction, instead of in more transactions that all want the same processors and
/// the same disk. Without load nobody waits. Safe for many threads.
final class Turns {

    private final Semaphore free;

    Turns(int atOnce) {
        this.free = new Semaphore(atOnce, true);
    }

    /// Waits for a turn.
    Turn take() throws InterruptedException {
        free.acquire();
        return new Turn();
    }

    /// For one thread.
    final class Turn implements AutoCloseable {
        private boolean over;

        private Turn() {}

        /// Lets the next one go on; once.
        @Override
        public void close() {
            if (!over) {
                over = true;
                free.release();
            }
        }
    }
}
