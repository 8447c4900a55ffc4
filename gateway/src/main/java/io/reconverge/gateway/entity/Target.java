package io.reconverge.gateway.entity;

import io.reconverge.service.identity.Caller;
import io.reconverge.service.problem.ProblemException;
import io.reconverge.service.write.ChangeHeaders;
import io.reconverge.service.write.EntityRules;
import io.reconverge.wire.EntityKey;
import io.reconverge.wire.ProblemType;
import io.reconverge.wire.Sharing;
import java.util.UUID;
import org.springframework.web.server.ServerWebExchange;

/// Which entity a request is to write, for whom, and on what condition.
///
/// @param spaceName as the URL has it
record Target(
        ServerWebExchange exchange,
        Caller caller,
        String spaceName,
        UUID space,
        EntityKey key,
        ChangeHeaders headers,
        Precondition precondition) {

    /// @throws ProblemException `not-a-member`, `malformed-request`
    static Target of(
            ServerWebExchange exchange,
            Caller caller,
            String spaceName,
            String type,
            String id,
            long now) {
        UUID space = caller.named(spaceName);
        return new Target(
                exchange,
                caller,
                spaceName,
                space,
                key(type, id),
                ChangeHeaders.of(exchange.getRequest().getHeaders(), now),
                Precondition.of(exchange.getRequest().getHeaders()));
    }

    private static EntityKey key(String type, String id) {
        if (Sharing.RESERVED.contains(type)) {
            throw new ProblemException(ProblemType.INVALID_ENTITY, EntityRules.reserved(type));
        }
        try {
            return new EntityKey(type, id);
        } catch (IllegalArgumentException notAKey) {
            throw new ProblemException(
                    ProblemType.MALFORMED_REQUEST, "In the path, " + notAKey.getMessage() + ".");
        }
    }
}
