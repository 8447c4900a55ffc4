package io.reconverge.gateway.body;

import io.reconverge.service.problem.ProblemException;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes that all requests in hand hold together, against one budget. What a client sends is
/// refused once the budget is spent, however many clients there are.
///
/// Safe for use by many threads; a [Share] belongs to one request, whose steps follow one another.
final class InFlightBytes {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    InFlightBytes(long max) {
        this.max = max;
    }

    long held() {
        return held.get();
    }

    Share share() {
        return new Share();
    }

    /// What one request holds.
    final class Share {
        private final AtomicLong mine = new AtomicLong();
        private volatile boolean released;

        /// @throws ProblemException `unavailable`, and nothing is taken, when the budget is spent
        void take(int bytes) {
            if (held.addAndGet(bytes) > max) {
                held.addAndGet(-bytes);
                throw ProblemException.unavailable(
                        "The service has as many bytes in hand as it can hold.");
            }
            keep(bytes);
        }

        /// Takes what is there already, such as an answer. It is not refused, but makes others
        /// wait.
        void takeUnasked(int bytes) {
            held.addAndGet(bytes);
            keep(bytes);
        }

        void giveBack(int bytes) {
            long before = mine.getAndUpdate(count -> Math.max(0, count - bytes));
            held.addAndGet(-Math.min(bytes, before));
        }

        private void keep(int bytes) {
            mine.addAndGet(bytes);
            if (released) {
                release();
            }
        }

        /// Gives everything back. What is taken later is given back at once: a request can end,
        /// because its client left, while another thread still works for it.
        void release() {
            released = true;
            held.addAndGet(-mine.getAndSet(0));
        }
    }
}
