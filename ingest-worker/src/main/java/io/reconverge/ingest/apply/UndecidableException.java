package io.reconverge.ingest.apply;

/// Deciding a batch failed: a fault of ours, which some request of it brings out. Nothing was
/// committed.
public final class UndecidableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UndecidableException(RuntimeException cause) {
        super("A batch cannot be decided", cause);
    }
}
