package io.reconverge.client.replica;

/// The outbox has no room for another change. The write was not made; it can be once some of what
/// waits was sent, or what is parked was retried or dropped.
public final class OutboxFullException extends ReplicaException {

    private static final long serialVersionUID = 1;

    OutboxFullException(int max) {
        super("%d changes wait to be sent already; this one was not made".formatted(max), null);
    }
}
