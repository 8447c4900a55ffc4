package io.reconverge.gateway.protocol.logdate;

import tools.jackson.databind.node.ObjectNode;

/// A line of a feed.
sealed interface Line {

    record Change(ObjectNode row) implements Line {}

    record Deletion(ObjectNode row) implements Line {}
}
