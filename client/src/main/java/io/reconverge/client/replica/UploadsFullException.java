package io.reconverge.client.replica;

/// Too many files wait to be sent. This one was not added; it can be once some were sent or
/// dropped.
public final class UploadsFullException extends ReplicaException {

    private static final long serialVersionUID = 1;

    UploadsFullException(int max) {
        super("%d files wait to be sent already; this one was not added".formatted(max), null);
    }
}
