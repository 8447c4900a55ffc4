package io.reconverge.standalone;

import org.jspecify.annotations.Nullable;

/// Why standalone ends before it is ready, as one sentence for the person at the terminal.
final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotStart(String sentence) {
        super(sentence);
    }

    CannotStart(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    /// The innermost cause says what was wrong; those round it say who noticed.
    static CannotStart because(String part, Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return failure instanceof CannotStart known
                ? known
                : new CannotStart(
                        "The %s did not start: %s"
                                .formatted(
                                        part,
                                        reason.getMessage() == null ? reason : reason.getMessage()),
                        failure);
    }
}
