package io.reconverge.chaos.run;

import io.reconverge.chaos.check.Verdict;
import io.reconverge.chaos.schedule.Fault;
import io.reconverge.chaos.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What came of a run.
///
/// @param skipped faults that this machine does not allow
/// @param trouble what was not mended, or did not come to rest
public record Outcome(
        RunPlan plan,
        Schedule schedule,
        Instant begin,
        Duration took,
        Counts counts,
        List<Fault> skipped,
        List<String> trouble,
        Verdict verdict) {

    public Outcome {
        skipped = List.copyOf(skipped);
        trouble = List.copyOf(trouble);
    }

    public boolean isGood() {
        return trouble.isEmpty() && verdict.holds();
    }
}
