package io.reconverge.gateway.protocol.deltalog;

import io.reconverge.wire.Change;

/// A change as its sender names it.
sealed interface Sent {

    String changeId();

    Kind kind();

    String entityId();

    /// It can be written.
    record Writable(String changeId, Kind kind, Change change) implements Sent {

        @Override
        public String entityId() {
            return change.id();
        }
    }

    /// Its data cannot be data of its type.
    record Unfit(String changeId, Kind kind, String entityId, String reason) implements Sent {}
}
