package io.reconverge.gateway.protocol.keyflow;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A session as it was sent.
///
/// @param data its fields, none of them nested and `id` not among them; for a deletion of no matter
/// @param rule what stands if another has changed it
/// @param seen the `lastModified` of what the sender's edit began with, null where it is not said
/// @param own the same request had the session before: what stands is the sender's
/// @param settles a person has looked at what stood and decided
record Incoming(
        String id,
        boolean deletion,
        ObjectNode data,
        long lastModified,
        Rule rule,
        @Nullable Long seen,
        boolean own,
        boolean settles) {

    Incoming afterOwn() {
        return new Incoming(id, deletion, data, lastModified, rule, seen, true, settles);
    }
}
