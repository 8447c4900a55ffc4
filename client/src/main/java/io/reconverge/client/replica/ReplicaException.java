package io.reconverge.client.replica;

import org.jspecify.annotations.Nullable;

/// The file could not be read or written: it is full, locked for seconds by another process,
/// broken, or not a replica. What was being written is not.
public class ReplicaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ReplicaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
