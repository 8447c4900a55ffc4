package io.reconverge.gateway.protocol.spaces;

import com.fasterxml.jackson.annotation.JsonValue;
import io.reconverge.gateway.protocol.DerivedIds;
import io.reconverge.wire.EntityKey;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A change that a device sent.
sealed interface Edit {

    enum Operation {
        CREATE,
        UPDATE,
        DELETE;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// It can be understood.
    ///
    /// @param timestamp when the user made it, epoch milliseconds; null when it does not say
    /// @param data what was sent of it, without the members that are the server's
    /// @param serverIds those that the request has of it and of its space
    record Understood(
            Kind kind,
            String localId,
            Operation operation,
            @Nullable Long timestamp,
            ObjectNode data,
            Set<String> serverIds)
            implements Edit {

        EntityKey key() {
            return kind.key(localId);
        }

        /// One that says when it was made is the same each time it is sent; another may have been
        /// made again.
        UUID changeId(String deviceId) {
            return timestamp == null
                    ? UUID.randomUUID()
                    : DerivedIds.of(
                            "spaces-change",
                            kind.word(),
                            localId,
                            operation.word(),
                            deviceId,
                            timestamp.toString(),
                            data.toString());
        }
    }

    /// It cannot be: these are its members as they were sent.
    record Garbled(
            @Nullable JsonNode localId,
            @Nullable JsonNode entityType,
            @Nullable JsonNode operation,
            String error)
            implements Edit {}
}
