package io.reconverge.client.conflict;

/// An app's own rule for conflicts of a type.
@FunctionalInterface
public interface Resolver {

    /// Called outside any transaction, on the thread that stored what conflicts; it may take its
    /// time and may use the replica. It may be called again about the same conflict, after either
    /// side has changed or the process died. What it throws leaves the conflict to the user.
    Resolution resolve(Conflict conflict);
}
