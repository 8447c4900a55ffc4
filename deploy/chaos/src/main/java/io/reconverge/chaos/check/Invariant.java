package io.reconverge.chaos.check;

import java.util.List;
import java.util.function.Function;

/// What must hold, whatever was killed, and who tells whether it does.
public enum Invariant {
    I1("durable before acknowledged", DurableBeforeAcknowledged::violations),
    I2("applied once", AppliedOnce::violations),
    I3("dense versions, and times that strictly increase", DenseVersions::violations),
    I4("cursor safety", CursorSafety::violations),
    I5("published once, in order", PublishedOnce::violations),
    I6("no silent loss", NoSilentLoss::violations),
    I7("isolation", Isolation::violations),
    I8("a bad record never blocks", NothingBlocks::violations),
    I9("convergence", Convergence::violations),
    I10("a zombie writes nothing", NoZombie::violations),
    FOLD("the entity table is the fold of the log", Fold::violations);

    private final String title;
    private final Function<Evidence, List<String>> check;

    Invariant(String title, Function<Evidence, List<String>> check) {
        this.title = title;
        this.check = check;
    }

    public String title() {
        return title;
    }

    /// What speaks against it; nothing where it holds.
    public List<String> violations(Evidence evidence) {
        return check.apply(evidence);
    }
}
