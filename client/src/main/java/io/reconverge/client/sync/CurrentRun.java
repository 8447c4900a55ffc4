package io.reconverge.client.sync;

import static java.util.Objects.requireNonNull;

import io.reconverge.client.replica.Run;
import io.reconverge.client.replica.Tally;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a run has done so far. For one thread.
final class CurrentRun {

    private final long beganMillis;
    private @Nullable Run run;
    private Tally pushed = Tally.NONE;
    private long pulled;
    private int requests;
    private @Nullable String error;

    /// @param beganMillis by the loop's clock
    CurrentRun(long beganMillis) {
        this.beganMillis = beganMillis;
    }

    void begun(Run run) {
        this.run = run;
    }

    Run run() {
        return requireNonNull(run, "not begun");
    }

    void requested() {
        requests++;
        error = null;
    }

    void pushed(Tally more) {
        pushed = pushed.plus(more);
    }

    void pulled(int entities) {
        pulled += entities;
    }

    /// What went wrong, in words for people: counts if the run ends by it.
    void failed(String error) {
        this.error = error;
    }

    boolean hasFailed() {
        return error != null;
    }

    SyncResult ended(SyncAction.Ending ending, long nowMillis) {
        String reason = SyncResult.reason(ending);
        return new SyncResult(
                ending,
                pushed,
                pulled,
                requests,
                Duration.ofMillis(nowMillis - beganMillis),
                reason == null || error == null ? reason : error);
    }
}
