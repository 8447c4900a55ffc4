package io.reconverge.wire;

import java.util.List;

/// A document that is not what the contract says.
public final class InvalidDocument extends RuntimeException {

    private static final long serialVersionUID = 1;
    private final transient List<Violation> violations;

    /// @param violations at least one
    public InvalidDocument(List<Violation> violations) {
        super(
                violations.getFirst().pointer() + ": " + violations.getFirst().message(),
                null,
                false,
                false);
        this.violations = List.copyOf(violations);
    }

    public List<Violation> violations() {
        return violations;
    }
}
