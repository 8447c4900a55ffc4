package io.reconverge.client.sync;

import java.util.List;

/// What the machine makes of an event.
public record Step(SyncState state, List<SyncAction> actions) {

    public Step {
        actions = List.copyOf(actions);
    }

    static Step to(SyncState state, SyncAction... actions) {
        return new Step(state, List.of(actions));
    }
}
